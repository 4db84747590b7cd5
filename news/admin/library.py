"""What editors choose from: pictures, topics, tags, synonyms, and originals to translate."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag as ForeignTag

from news.forms import named_articles
from news.models import Article, Claim, EditionPicture, Picture, SynonymSet, Tag, Topic
from news.pictures import PictureForm

# Our tags are news.Tag; taggit's own desk would be empty, and its page for merging asks nobody's
# permission.
admin.site.unregister(ForeignTag)


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """Only for choosing an original: articles are written through their editions."""

    search_fields = ("editions__title", "number")
    ordering = ("-pk",)

    def get_queryset(self, request):
        return named_articles()

    def has_module_permission(self, request):
        return False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term)[0].distinct(), False


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ("thumbnail", "title", "credit", "size", "state", "uses")
    list_display_links = ("title",)
    list_filter = ("state",)
    search_fields = ("title", "credit")
    list_per_page = 24
    fieldsets = (
        (_("What is on it?"), {"fields": ("file", "title")}),
        (_("Who made it?"), {"fields": ("credit",)}),
        (_("What must stay in view when it is cropped?"), {"fields": (("focal_x", "focal_y"),)}),
    )

    def get_queryset(self, request):
        places = EditionPicture.objects.filter(picture=OuterRef("pk"))
        # What people sent in to be checked is none of the library's, unless news shows it too.
        sent = Claim.objects.filter(picture=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(used=Exists(places))
            .filter(Q(used=True) | ~Exists(sent))
        )

    @admin.display(description=_("picture"))
    def thumbnail(self, picture):
        return format_html(
            '<img class="thumbnail" src="/pictures/{}/320.jpg" width="120" height="80" alt="">',
            picture.pk,
        )

    @admin.display(description=_("size"))
    def size(self, picture):
        return f"{picture.width} × {picture.height}"

    @admin.display(description=_("in use"), boolean=True)
    def uses(self, picture):
        return picture.used


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ("name_th", "name_en", "slug", "order")
    search_fields = ("name_th", "name_en", "slug")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name",)
    ordering = ("sort_key",)


@admin.register(SynonymSet)
class SynonymSetAdmin(admin.ModelAdmin):
    list_display = ("__str__",)
    search_fields = ("words",)
