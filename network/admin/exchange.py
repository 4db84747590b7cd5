"""Lists in and out of the back office: export as shown, import with a look before."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network import importing, tables
from network.admin_forms import TableForm

SALT = "network.import"
CONFIRM_WITHIN_SECONDS = 3600


class Exchange:
    """Gives a ModelAdmin the pages import/, export.csv and export.xlsx: ``importing.COLUMNS``."""

    change_list_template = "admin/network/change_list.html"

    def get_urls(self):
        admitted, name = self.admin_site.admin_view, self._name
        return [
            path("import/", admitted(self.import_table), name=name("import")),
            *(
                path(f"export.{form}", admitted(self.export), {"form": form}, name=name(form))
                for form in tables.CONTENT_TYPES
            ),
            *super().get_urls(),
        ]

    def _name(self, page):
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request, extra_context=None):
        more = {
            "import_url": reverse(f"admin:{self._name('import')}")
            if self.has_import_permission(request)
            else "",
            "export_urls": [
                (form.upper(), reverse(f"admin:{self._name(form)}"))
                for form in tables.CONTENT_TYPES
            ],
        }
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def export(self, request, form):
        """The rows that the list shows under the same filters."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        content = tables.write(form, importing.headings(self.model), importing.export_rows(rows))
        name = f"{self.opts.verbose_name_plural} {timezone.localdate().isoformat()}.{form}"
        headers = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(content, content_type=tables.CONTENT_TYPES[form], headers=headers)

    def import_table(self, request):
        """Upload, look, confirm. Between the two the table travels in the page, sealed."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = TableForm(request.POST or None, request.FILES or None)
        plan = None
        if request.method == "POST" and "table" in request.POST:
            plan = self._confirmed(request, form)
            if isinstance(plan, HttpResponseRedirect):
                return plan
        elif request.method == "POST" and form.is_valid():
            try:
                plan = importing.Plan(self.model, tables.read(form.cleaned_data["file"]))
            except tables.TableError as refused:
                form.add_error("file", str(refused))
            except ValidationError as refused:
                form.add_error("file", refused)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Import: %(name)s") % {"name": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "plan": plan,
            "counts": plan and {action: plan.count(action) for action in importing.ACTIONS},
            "columns": importing.headings(self.model),
            "table": plan and self._sealed(request, plan),
            "list_url": reverse(f"admin:{self._name('changelist')}"),
        }
        status = 400 if form.errors and not plan else 200
        return TemplateResponse(request, "admin/network/import.html", context, status=status)

    def _sealed(self, request, plan):
        content = {"by": request.user.pk, "table": plan.table, "digest": plan.digest}
        return signing.dumps(content, salt=f"{SALT}.{self.opts.model_name}", compress=True)

    def _confirmed(self, request, form):
        """Write the table that was looked at; the plan again when it would do something else."""
        try:
            sealed = signing.loads(
                request.POST["table"],
                salt=f"{SALT}.{self.opts.model_name}",
                max_age=CONFIRM_WITHIN_SECONDS,
            )
        except signing.BadSignature:
            form.add_error(None, _("That was too long ago. Upload the file again."))
            return None
        if sealed["by"] != request.user.pk:
            raise PermissionDenied
        plan = importing.Plan(self.model, sealed["table"])
        if plan.digest != sealed["digest"]:
            messages.warning(
                request, gettext("Something changed meanwhile. Look again, then confirm.")
            )
            return plan
        count = plan.carry_out(by=request.user)
        messages.success(request, gettext("%(count)s rows were written.") % {"count": count})
        return HttpResponseRedirect(reverse(f"admin:{self._name('changelist')}"))
