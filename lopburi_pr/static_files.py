"""Static files of installed apps, without the parts of CKEditor that the portal forbids."""

from django.contrib.staticfiles.finders import AppDirectoriesFinder

EDITOR = "ckeditor/ckeditor/"
KEPT_LANGUAGES = {"en.js", "th.js"}
# What the toolbar of settings.CKEDITOR_CONFIGS needs; the rest is never served.
KEPT_PLUGINS = {
    *("clipboard", "dialog", "divarea", "find", "link", "magicline", "pastetools", "specialchar"),
    *("table", "tableselection", "tabletools", "widget", "a11yhelp", "colordialog", "icons.png"),
    *("icons_hidpi.png",),
}


class PrunedAppDirectoriesFinder(AppDirectoriesFinder):
    """1,400 files become a few hundred, and no sample or plugin with a known hole is reachable."""

    def list(self, ignore_patterns):
        for path, storage in super().list(ignore_patterns):
            if is_served(path):
                yield path, storage

    def find_in_app(self, app, path):
        return super().find_in_app(app, path) if is_served(path) else None


def is_served(path):
    """Whether this static file of an app belongs to the product."""
    if not path.startswith(("ckeditor/galleriffic", "ckeditor/file-icons", EDITOR)):
        return True
    if not path.startswith(EDITOR):
        return False
    folder, *rest = path.removeprefix(EDITOR).split("/")
    if folder == "plugins":
        return rest[0] in KEPT_PLUGINS and (
            "lang" not in rest or rest[-1] in KEPT_LANGUAGES or rest[0] == "dialog"
        )
    if folder == "lang":
        return rest[0] in KEPT_LANGUAGES
    if folder == "skins":
        return rest[0] == "moono-lisa"
    return folder in {"ckeditor.js", "config.js", "contents.css", "styles.js"}
