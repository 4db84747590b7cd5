"""Photographs as the portal keeps them: a JPEG of its own, made from what was uploaded.

The uploaded bytes are never stored, so what came with them beside the pixels (the place it was
taken, a thumbnail of what was cut off, a web page after the last byte) ends here.
"""

import hashlib
import re
import warnings
from io import BytesIO

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 15 * 2**20
MAX_PIXELS = 40_000_000
MIN_SIDE = 200
LONGEST_SIDE = 2560
QUALITY = 90
STRIP_ROWS = 128

# Everywhere in this process: nothing larger is ever unpacked.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

EMPTY = _("This file is empty. Choose the photograph again; perhaps it was not copied completely.")
TOO_LARGE = _("This file is larger than 15 MB. Save the photograph smaller and choose it again.")
TOO_MANY_PIXELS = _(
    "This picture has more than 40 million pixels. Make it 4,000 pixels wide and choose it again."
)
TOO_SMALL = _(
    "This picture is too small: its short side needs at least 200 pixels. Ask for the original."
)
TOO_LONG = _(
    "This picture is more than 12 times as long as it is wide. Cut out the part that matters."
)
ANIMATED = _("This picture moves. Save one frame of it as JPEG and choose that.")
BROKEN = _("This picture is damaged or not complete. Copy it from the camera or telephone again.")
SVG = _("This is an SVG drawing, which can carry programs. Export it as PNG and choose that.")
WEB_PAGE = _(
    "This file is not a picture: it is a web page under the name of a picture. "
    "Save the photograph as JPEG and choose it again."
)
PROGRAM = _("This file is not a picture: it is a program. Do not open it, and delete it.")
DOCUMENT = _(
    "This file is not a picture: it is a document. Add it under the files, or save the photograph "
    "in it as JPEG and choose that."
)
HEIC = _(
    "This photograph is in the iPhone's own format (HEIC). Send it as JPEG: Settings, Camera, "
    "Formats, Most compatible; or save it as JPEG first."
)
OTHER_FORMAT = _("This picture is a GIF, BMP, TIFF or AVIF. Save it as JPEG and choose that.")
NOT_A_PICTURE = _("This file is not a picture. Save the photograph as JPEG and choose it again.")

ACCEPTED = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP", re.DOTALL)
# In this order, on the first kilobyte.
RECOGNISED = [
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), sentence)
    for pattern, sentence in (
        (rb"....ftyp(heic|heix|hevc|mif1|msf1)", HEIC),
        (rb"GIF8|BM.{4}\0\0\0\0|II\*\0|MM\0\*|....ftypavi[fs]", OTHER_FORMAT),
        (rb"%PDF-|PK\x03\x04|\xd0\xcf\x11\xe0", DOCUMENT),
        (rb"MZ|\x7fELF|#!|\xca\xfe\xba\xbe", PROGRAM),
        (rb".*<svg[\s>:]", SVG),
        (rb".*<(!doctype|html|head|body|script|iframe|\?php|\?=|\?xml|%@)", WEB_PAGE),
    )
]


class Reencoded(ContentFile):
    """The portal's own JPEG of an upload, with its size in pixels and its fingerprint."""

    def __init__(self, content, width, height):
        super().__init__(content, name="picture.jpg")
        self.width, self.height = width, height
        self.sha256 = hashlib.sha256(content).hexdigest()


def reencode(upload, longest: int = LONGEST_SIDE) -> Reencoded:
    """The picture in an uploaded file, upright, in sRGB, without anything but its pixels.

    Its longer side is at most ``longest`` pixels. Raises ValidationError with a sentence that says
    what to do. The header is judged before any pixel is unpacked.
    """
    if upload.size == 0:
        raise ValidationError(EMPTY, "empty")
    if upload.size > MAX_BYTES:
        raise ValidationError(TOO_LARGE, "too_large")
    upload.seek(0)
    head = upload.read(1024)
    if not ACCEPTED.match(head):
        raise ValidationError(_what_else(head), "not_a_picture")
    upload.seek(0)
    try:
        with Image.open(upload, formats=("JPEG", "PNG", "WEBP")) as image:
            _check_header(image)
            pixels = _pixels(image, longest)
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_MANY_PIXELS, "too_many_pixels") from error
    except Exception as error:  # damaged files fail in every way there is
        raise ValidationError(BROKEN, "broken") from error
    buffer = BytesIO()
    pixels.save(buffer, "JPEG", quality=QUALITY)
    return Reencoded(buffer.getvalue(), *pixels.size)


class PictureField(forms.FileField):
    """An upload whose clean value is the portal's own JPEG of it, see ``reencode``."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    default_error_messages = {"empty": EMPTY}

    def __init__(self, *, longest=LONGEST_SIDE, **kwargs):
        super().__init__(**kwargs)
        self.longest = longest

    def to_python(self, data):
        upload = super().to_python(data)
        return reencode(upload, self.longest) if upload else None


def _what_else(head):
    text = head.replace(b"\0", b"")  # UTF-16 too
    for pattern, sentence in RECOGNISED:
        if pattern.match(head) or pattern.match(text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")):
            return sentence
    return NOT_A_PICTURE


def _check_header(image):
    short, long = sorted(image.size)
    if short * long > MAX_PIXELS:
        raise ValidationError(TOO_MANY_PIXELS, "too_many_pixels")
    # Telephones put a second picture (depth, brightness) behind a JPEG's first: no animation.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise ValidationError(ANIMATED, "animated")
    if short < MIN_SIDE:
        raise ValidationError(TOO_SMALL, "too_small")
    if long * MIN_SIDE > short * LONGEST_SIDE:
        raise ValidationError(TOO_LONG, "too_long")


def _pixels(image, longest):
    """The first frame at the stored size, as RGB without metadata."""
    scale = min(1, longest / max(image.size))
    # A JPEG decoder can skip what will not be kept.
    image.draft(None, [round(side * scale) for side in image.size])
    image.load()
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off instead of scale
        image = image.convert("I").point(lambda grey: grey * (1 / 256) + 0).convert("L")
    if image.has_transparency_data:
        image = _on_white_paper(image if image.mode == "RGBA" else image.convert("RGBA"))
    elif image.mode in {"P", "1"}:
        image = image.convert("RGB")
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3)
    image = _upright(image)
    bare = Image.new("RGB", image.size)
    bare.paste(_in_srgb(image, profile))
    return bare


def _on_white_paper(image):
    """Without transparency and not much larger than needed.

    Strip by strip, because whole copies of a large picture would take half a gigabyte.
    """
    factor = max(1, max(image.size) // LONGEST_SIDE)
    width, height = image.size
    paper = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    paper.info = image.info
    rows = STRIP_ROWS * factor
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        white = Image.new("RGB", strip.size, "white")
        white.paste(strip, mask=strip.getchannel("A"))
        paper.paste(white.reduce(factor), (0, top // factor))
    return paper


def _upright(image):
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 -- damaged metadata of a good picture
        return image


def _in_srgb(image, profile):
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a damaged profile, or one for other channels: the numbers as they are
    return image.convert("RGB")
