"""What becomes of an uploaded photograph, and what is refused and why."""

import struct
import time
import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from lopburi_pr import photographs

SECRET_PLACE = "N 14 47 55 E 100 39 15"
POLYGLOT_TAIL = b"<script>alert(document.domain)</script><?php system($_GET[0]); ?>"


def upload(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def encoded(image, format="JPEG", **options):  # noqa: A002 -- Pillow's word
    buffer = BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def photograph(width=640, height=480):
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


def revealing_photo(**options):
    """A JPEG with GPS, a thumbnail of what was cut off, XMP, a comment and a page behind it."""
    exif = Image.Exif()
    exif[0x010F] = "SpyPhone"
    exif[0x0112] = 6
    exif[0x9C9C] = SECRET_PLACE.encode("utf-16-le")
    gps = exif.get_ifd(0x8825)
    gps |= {1: "N", 2: (14.0, 47.0, 55.0), 3: "E", 4: (100.0, 39.0, 15.0)}
    thumbnail = encoded(Image.new("RGB", (160, 120), "red"))
    body = exif.tobytes() + b"THUMBNAIL" + thumbnail
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{SECRET_PLACE}</x:xmpmeta>'.encode()
    return (
        encoded(
            photograph(),
            exif=body,
            xmp=xmp,
            comment=SECRET_PLACE.encode(),
            **options,
        )
        + POLYGLOT_TAIL
    )


def srgb():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def revealing_kinds():
    photo = photograph()
    exif = Image.open(BytesIO(revealing_photo())).info["exif"]
    xmp = SECRET_PLACE.encode()
    return {
        "jpeg": revealing_photo(),
        "jpeg with a profile": revealing_photo(icc_profile=srgb()),
        "png": encoded(photo, "PNG", exif=exif) + POLYGLOT_TAIL,
        "webp": encoded(photo, "WEBP", exif=exif, xmp=xmp) + POLYGLOT_TAIL,
    }


def png_header(width, height):
    def chunk(kind, data):
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def code_of(refused):
    return refused.value.code


def zipped():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return buffer.getvalue()


DISGUISES = {
    "svg": (
        b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        photographs.SVG,
    ),
    "svg with a comment": (b"<!-- hello --><svg onload=alert(1)></svg>", photographs.SVG),
    "svg in utf-16": ("<svg onload=alert(1)></svg>".encode("utf-16"), photographs.SVG),
    "html": (b"<!DOCTYPE html><html><body>page</body></html>", photographs.WEB_PAGE),
    "html after spaces": (b"\xef\xbb\xbf \n <script>alert(1)</script>", photographs.WEB_PAGE),
    "php": (b"<?php system($_GET['c']); ?>", photographs.WEB_PAGE),
    "gif with script": (b"GIF89a/*\x01\0*/=1;alert(1)//", photographs.OTHER_FORMAT),
    "bmp": (encoded(photograph(), "BMP"), photographs.OTHER_FORMAT),
    "tiff": (encoded(photograph(), "TIFF"), photographs.OTHER_FORMAT),
    "avif": (encoded(photograph(), "AVIF"), photographs.OTHER_FORMAT),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", photographs.HEIC),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", photographs.DOCUMENT),
    "docx": (zipped(), photographs.DOCUMENT),
    "windows program": (b"MZ\x90\0\x03\0\0\0", photographs.PROGRAM),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", photographs.PROGRAM),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", photographs.NOT_A_PICTURE),
    "text": ("ไม่ใช่ภาพ".encode(), photographs.NOT_A_PICTURE),
    "html behind a jpeg mark": (b"\xff\xd8\xff<html><script>x()</script>", photographs.BROKEN),
    "html behind a png mark": (b"\x89PNG\r\n\x1a\n<html></html>", photographs.BROKEN),
    "half a jpeg": (encoded(photograph())[:1500], photographs.BROKEN),
    "half a png": (encoded(photograph(), "PNG")[:900], photographs.BROKEN),
    "half a webp": (encoded(photograph(), "WEBP")[:400], photographs.BROKEN),
    "nothing": (b"", photographs.EMPTY),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_disguised_file_is_refused_with_its_own_sentence(disguise):
    content, sentence = DISGUISES[disguise]

    with pytest.raises(ValidationError) as refused:
        photographs.reencode(upload(content))

    assert refused.value.message == sentence


def test_bomb_is_refused_before_it_is_unpacked():
    bomb = upload(png_header(30_000, 30_000))
    started = time.perf_counter()

    with pytest.raises(ValidationError) as refused:
        photographs.reencode(bomb)

    assert code_of(refused) == "too_many_pixels"
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize("size", [(8_000, 5_001), (8_000, 8_000), (2**31 - 1, 2**31 - 1)])
def test_more_than_40_million_pixels_are_refused(size):
    with pytest.raises(ValidationError) as refused:
        photographs.reencode(upload(png_header(*size)))

    assert refused.value.message == photographs.TOO_MANY_PIXELS


def test_one_byte_too_many_is_refused(monkeypatch):
    content = encoded(photograph())
    monkeypatch.setattr(photographs, "MAX_BYTES", len(content))
    assert photographs.reencode(upload(content)).width == 640

    with pytest.raises(ValidationError) as refused:
        photographs.reencode(upload(content + b"\0"))

    assert refused.value.message == photographs.TOO_LARGE
    assert 15 * 2**20 == 15_728_640


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_animation_is_refused(format):  # noqa: A002 -- Pillow's word
    frames = [photograph(), photograph().rotate(90)]

    with pytest.raises(ValidationError) as refused:
        photographs.reencode(
            upload(encoded(frames[0], format, save_all=True, append_images=frames[1:]))
        )

    assert refused.value.message == photographs.ANIMATED


def test_telephone_photo_with_a_second_picture_behind_it_is_accepted():
    photo = encoded(photograph(), "MPO", save_all=True, append_images=[photograph(320, 240)])

    assert photographs.reencode(upload(photo)).width == 640


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ((640, 199), photographs.TOO_SMALL),
        ((1, 640), photographs.TOO_SMALL),
        ((3000, 200), photographs.TOO_LONG),
    ],
)
def test_small_or_thin_picture_is_refused(size, sentence):
    with pytest.raises(ValidationError) as refused:
        photographs.reencode(upload(encoded(photograph(*size))))

    assert refused.value.message == sentence
    assert photographs.reencode(upload(encoded(photograph(640, 200)))).height == 200


@pytest.mark.parametrize("kind", ["jpeg", "jpeg with a profile", "png", "webp"])
def test_nothing_but_pixels_survives(kind):
    original = revealing_kinds()[kind]
    assert Image.open(BytesIO(original)).getexif().get_ifd(0x8825)  # it does hold the place
    assert original.endswith(POLYGLOT_TAIL)

    master = photographs.reencode(upload(original)).read()

    assert_bare(master, "JPEG")


def assert_bare(content, format):  # noqa: A002 -- Pillow's word
    image = Image.open(BytesIO(content))
    image.load()
    assert image.format == format
    assert dict(image.getexif()) == {}
    assert image.getexif().get_ifd(0x8825) == {}
    assert {"exif", "xmp", "comment", "icc_profile"} & set(image.info) == set()
    secrets = (SECRET_PLACE.encode(), SECRET_PLACE.encode("utf-16-le"), b"SpyPhone", b"THUMBNAIL")
    for secret in (*secrets, b"<script", b"<?php", b"Exif", b"xmpmeta"):
        assert secret not in content


def test_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the top of the scene is at the left edge
    photo = Image.new("RGB", (600, 400), "white")
    photo.paste("red", (0, 0, 100, 400))

    master = photographs.reencode(upload(encoded(photo, exif=exif)))

    upright = Image.open(master)
    assert (master.width, master.height) == upright.size == (400, 600)
    assert upright.getpixel((200, 20))[1] < 60
    assert upright.getpixel((200, 580))[1] > 200


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_metadata_of_a_good_photo_is_no_reason_to_refuse_it():
    photo = encoded(photograph(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")

    assert photographs.reencode(upload(photo)).width == 640


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_becomes_white(mode):
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    content = encoded(clear.convert(mode), "PNG", **({"transparency": 0} if mode == "P" else {}))

    master = Image.open(photographs.reencode(upload(content, "x.png")))

    assert master.mode == "RGB"
    assert min(master.getpixel((150, 150))) >= 253


def test_large_transparent_picture_keeps_its_place_and_direction():
    drawing = Image.new("RGBA", (5201, 2601), (0, 0, 0, 0))
    drawing.paste((255, 0, 0, 255), (0, 0, 2600, 1300))
    drawing.paste((0, 0, 255, 255), (5101, 2501, 5201, 2601))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down

    master = Image.open(photographs.reencode(upload(encoded(drawing, "PNG", exif=exif))))

    width, height = master.size
    assert (width, height) == (2560, 1280)
    colours = [(10, 10), (width - 10, height - 10), (width // 4, height // 4)]
    blue, red, white = (master.getpixel(place) for place in colours)
    assert blue[2] > 200 > 60 > blue[0]
    assert red[0] > 200 > 60 > red[2]
    assert min(white) > 250


def test_sixteen_bits_of_grey_are_scaled():
    grey = Image.new("I;16", (300, 300), 32_768)

    master = Image.open(photographs.reencode(upload(encoded(grey, "PNG"))))

    assert abs(master.getpixel((9, 9))[0] - 128) <= 2


def test_print_colours_become_screen_colours():
    cmyk = Image.new("CMYK", (300, 300), (0, 255, 255, 0))

    master = Image.open(photographs.reencode(upload(encoded(cmyk))))

    red, green, blue = master.getpixel((150, 150))
    assert master.mode == "RGB"
    assert red > 200
    assert max(green, blue) < 90


def test_colours_of_another_profile_are_converted():
    # Linear light instead of sRGB's curve: middle grey must become much lighter.
    profile = linear_profile(srgb())
    grey = Image.new("RGB", (300, 300), (64, 64, 64))

    master = Image.open(photographs.reencode(upload(encoded(grey, icc_profile=profile))))

    assert master.getpixel((9, 9))[0] > 120


def linear_profile(srgb):
    """The sRGB profile with its curves replaced by gamma 1.0."""
    profile = bytearray(srgb)
    count = struct.unpack_from(">I", profile, 128)[0]
    for entry in range(count):
        tag, offset, _ = struct.unpack_from(">4sII", profile, 132 + 12 * entry)
        if tag in {b"rTRC", b"gTRC", b"bTRC"}:
            assert profile[offset : offset + 4] == b"para"
            struct.pack_into(">HHi", profile, offset + 8, 0, 0, 1 << 16)
    return bytes(profile)


def test_large_photo_is_stored_at_2560():
    master = photographs.reencode(upload(encoded(photograph(4000, 3000))))

    assert (master.width, master.height) == (2560, 1920)
    assert Image.open(master).size == (2560, 1920)


def test_a_photo_for_a_small_place_is_stored_smaller():
    field = photographs.PictureField(longest=960)

    assert field.clean(upload(encoded(photograph(4000, 3000)))).width == 960
    assert field.clean(upload(encoded(photograph(640, 480)))).width == 640
