"""Every address of the portal: Thai at /…, English at /en/…, machines outside of both."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path

from lopburi_pr import converters, machine_views, views
from lopburi_pr.sitemaps import SITEMAPS

converters.register()

from consulting.urls import file_urlpatterns as resource_file_urlpatterns  # noqa: E402
from network.urls import account_urlpatterns, photo_urlpatterns  # noqa: E402
from news import search_views, verify_views  # noqa: E402 -- its patterns need the converters
from news.file_views import file_urlpatterns  # noqa: E402
from news.urls import alert_urlpatterns, network_urlpatterns, short_link  # noqa: E402
from office import views as office_views  # noqa: E402

handler400 = "lopburi_pr.views.bad_request"
handler403 = "lopburi_pr.views.permission_denied"
handler404 = "lopburi_pr.views.page_not_found"
handler500 = "lopburi_pr.views.server_error"

urlpatterns = [
    path("healthz", machine_views.healthz),
    path("readyz", machine_views.readyz),
    path("robots.txt", machine_views.robots),
    path("sitemap.xml", sitemap_views.index, {"sitemaps": SITEMAPS}, name="sitemap-index"),
    path(
        "sitemap-<section>.xml",
        sitemap_views.sitemap,
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("news-sitemap.xml", machine_views.news_sitemap),
    path("identity/emblem/", office_views.emblem),
    path(".well-known/publication-keys.json", verify_views.keys, name="publication-keys"),
    short_link,
    *alert_urlpatterns,
    *network_urlpatterns,
    *file_urlpatterns,
    *photo_urlpatterns,
    *resource_file_urlpatterns,
    *i18n_patterns(
        path("", views.home, name="home"),
        path("", include("news.urls")),
        path("", include("network.urls")),
        path("", include("consulting.urls")),
        path("", include("surveys.urls")),
        *account_urlpatterns,
        path("search/", search_views.search, name="search"),
        path("search/suggest/", search_views.suggest, name="suggest"),
        path("verify/", verify_views.verify, name="verify"),
        path("verify/<str:reference>/", verify_views.record, name="record"),
        path("verify/<str:reference>/record.json", verify_views.record_json, name="record-json"),
        path("verify/<str:reference>/content.json", verify_views.content, name="content-json"),
        path("about/", office_views.standing_page, {"key": "about"}, name="about"),
        path("contact/", office_views.standing_page, {"key": "contact"}, name="contact"),
        path(
            "accessibility/",
            office_views.standing_page,
            {"key": "accessibility"},
            name="accessibility",
        ),
        path("policies/privacy/", views.privacy, name="privacy"),
        path("styleguide/", views.styleguide, name="styleguide"),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
