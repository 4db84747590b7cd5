"""What articles are about: the office's topics and everybody's tags."""

import hashlib

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from lopburi_pr.bilingual import BilingualName
from lopburi_pr.thai_text import fold, normalise, thai_sort_key


class Topic(BilingualName, models.Model):
    """One of the few fixed subjects of the menu."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name_th = models.CharField(_("name (Thai)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "slug"]

    def get_absolute_url(self):
        return reverse("news:topic", args=[self.slug])


class Tag(TagBase):
    """A free keyword. Its address is its number: Django's slugs drop Thai vowels and tones."""

    sort_key = models.CharField(max_length=300, editable=False, db_index=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["sort_key"]

    def save(self, *args, **kwargs):
        self.clean()
        self.sort_key = thai_sort_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("news:tag", args=[self.pk])

    def clean(self):
        self.name = normalise(self.name).strip()

    def slugify(self, tag, i=None):
        # taggit wants a unique ASCII slug; nobody sees it.
        return hashlib.sha256(f"{fold(tag)}{i or ''}".encode()).hexdigest()[:20]


def tags_from_string(text):
    """Tags as an editor types them, parted by commas."""
    return [tag for part in normalise(text).split(",") if (tag := part.strip())]


def string_from_tags(tags):
    """The same the other way round, for the form."""
    return ", ".join(tag.name for tag in tags)
