"""Answers for machines: health, robots, the sitemap of the last 48 hours."""

from datetime import timedelta
from xml.sax.saxutils import escape

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lopburi_pr import background
from lopburi_pr.http import origin_of, public
from news.models import Edition

NEWS_SITEMAP_HOURS = 48
NEWS_SITEMAP_ITEMS = 1000


@require_safe
def healthz(request):
    """The process answers; says nothing about the database."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request):
    """200 when database, migrations and worker are in order, else 503 with what is not."""
    checks = {"database": False, "migrations": False, "worker": False}
    try:
        executor = MigrationExecutor(connection)
        checks["database"] = True
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["worker"] = background.is_alive()
    except DatabaseError:
        connection.close()
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


@require_safe
def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /en/admin/", "Disallow: /search/"]
    lines += ["Disallow: /en/search/", "", f"Sitemap: {origin_of(request)}/sitemap.xml"]
    lines += [f"Sitemap: {origin_of(request)}/news-sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
@public
def news_sitemap(request):
    """News of the last 48 hours in the news sitemap format (sitemap-news/0.9)."""
    since = timezone.now() - timedelta(hours=NEWS_SITEMAP_HOURS)
    editions = (
        Edition.objects.published()
        .filter(listed_at__gte=since)
        .newest_first()
        .values_list(
            *("article__year", "article__number", "article__language", "title", "listed_at")
        )[:NEWS_SITEMAP_ITEMS]
    )
    origin = origin_of(request)
    names = {
        "th": "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี",
        "en": "Lopburi Provincial Public Relations Office",
    }
    items = [
        f"<url><loc>{origin}{'/en' if language == 'en' else ''}/news/{year}/{number}/</loc>"
        f"<news:news><news:publication><news:name>{names[language]}</news:name>"
        f"<news:language>{language}</news:language></news:publication>"
        f"<news:publication_date>{listed_at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(title)}</news:title></news:news></url>"
        for year, number, language, title, listed_at in editions
    ]
    return HttpResponse(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        + "".join(items)
        + "</urlset>",
        content_type="application/xml",
    )
