"""XLSForm in and out: a workbook becomes the draft, any version becomes a workbook."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from lopburi_pr.uploads import CONTENT_TYPES
from office.models import District, Province, Subdistrict
from surveys import drafting, editing, xlsform
from surveys.builder_forms import UploadForm
from surveys.definition import problems
from surveys.xlsform.workbook import MOST_BYTES


def download(desk, request, version):
    """The version as a workbook; a draft only once it could be asked."""
    if problems(version.definition):
        said = _("Something is missing in the questionnaire; the builder says what.")
        desk.message_user(request, said, messages.ERROR)
        return desk.back(version)
    name = f"survey-{version.survey_id}-v{version.number}"
    made = xlsform.write(
        version.definition,
        form_id=f"lopburi_{version.survey_id}",
        version=str(version.number),
        places=_places(),
    )
    response = HttpResponse(made, content_type=CONTENT_TYPES["xlsx"])
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx")
    response["Content-Disposition"] = disposition
    return response


def _places():
    for model in (Province, District, Subdistrict):
        for place in model.objects.order_by("code"):
            yield place.code, {"th": place.name_th, "en": place.name_en}


def upload(desk, request, version):
    """What a workbook says, as a report; it becomes the draft when nothing in it is wrong."""
    form, report, status, stale = UploadForm(), None, 200, None
    if request.method == "POST":
        form, status = UploadForm(request.POST, request.FILES), 400
        if form.is_valid():
            report = xlsform.read(form.cleaned_data["workbook"].read(MOST_BYTES + 1))
            if report.definition is not None:
                try:
                    definition = _as_before(version, report.definition)
                    desk.keep(request, version, definition, _("The workbook was taken over."))
                    if not report.losses:
                        return HttpResponseRedirect(desk.address(version))
                    status = 200
                except drafting.OlderEditionError as refused:
                    status, stale = 409, refused
                except ValidationError as refused:
                    form.add_error("workbook", refused)
    return desk.page(
        request,
        version,
        "upload",
        status=status,
        form=form,
        report=report,
        stale=stale,
        is_taken=report is not None and report.definition is not None and status == 200,
    )


def _as_before(version, definition):
    """Questions that the draft or a published version knows by name keep who they are."""
    known = drafting.published_names(version.survey)
    drafted = {each["name"]: each["uid"] for each in editing.questions(version.definition)}
    known = drafted | known
    taken = set()
    for each in editing.questions(definition):
        uid = known.get(each["name"], each["uid"])
        if uid in taken:
            uid = editing.free_uid(definition)
        each["uid"] = uid
        taken.add(uid)
    return definition
