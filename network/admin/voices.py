"""The desk where voices from the network are read, handed on, answered and closed."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.private_files import send
from lopburi_pr.templatetags.thai import daytime
from lopburi_pr.thai_text import excerpt, to_arabic_digits
from network import voicing
from network.models import Voice
from office import audit

ROW_LETTERS = 120
TRIAGE = "network.change_voice"  # who may, sees the sender too
# The colours of news.admin.editions for the states of voices.
TONES = {"received": "submitted", "handed-on": "scheduled", "answered": "published"}


class QueueFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        settled = [(each, each.label) for each in Voice.SETTLED]
        return [*Voice.Desk.choices, *settled, ("all", _("All"))]

    def queryset(self, request, voices):
        if self.value() in Voice.Desk.values:
            return voices.on_the_way().handed_to(self.value())
        if self.value() in Voice.SETTLED:
            return voices.filter(state=self.value())
        if self.value() == "all" or not request.user.has_perm(TRIAGE):
            return voices
        return voices.waiting()

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": Voice.State.RECEIVED.label}
        yield from others


@admin.register(Voice)
class VoiceAdmin(DeskAdmin):
    """The queue, the longest wait first, and one voice with what can be done about it.

    Who sent it is shown to those who answer; editors see the words that were handed to them.
    """

    change_form_template = "admin/network/voice/change_form.html"
    list_display = ("saying", "kind", "standing", "place", "received")
    list_filter = (QueueFilter, "kind")
    search_fields = ("words", "=number")
    ordering = ("received_at", "pk")
    list_per_page = 30
    list_select_related = ("person__organization", "subdistrict__district")
    desks = ()  # for those who don't triage: what was handed to these
    steps = {
        "hand-on": (
            TRIAGE,
            lambda voice, by, said: voicing.hand_on(
                voice, to=said.get("to", ""), by=by, note=said.get("note", "")
            ),
            _("It is handed on. The sender sees where it went."),
        ),
        "answer": (
            TRIAGE,
            lambda voice, by, said: voicing.answer(voice, by=by, words=said.get("answer", "")),
            _("The sender reads your answer on their page."),
        ),
        "close": (
            TRIAGE,
            lambda voice, by, said: voicing.close(voice, by=by, reason=said.get("reason", "")),
            _("It is closed. The sender reads your reason."),
        ),
    }

    def get_urls(self):
        photo = self.admin_site.admin_view(self.photo)
        return [
            path("<number:pk>/photo.jpg", photo, name="network_voice_photo"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        voices = super().get_queryset(request)
        if request.user.has_perm(TRIAGE):
            return voices
        return voices.handed_to(*self.desks)

    def get_fields(self, request, obj=None):
        sender = ("sender",) if request.user.has_perm(TRIAGE) else ()
        return ("words", "picture", "kind", "place", "received", *sender, "note")

    def get_search_results(self, request, queryset, search_term):
        # Its number as it is told on the telephone.
        number = to_arabic_digits(search_term).rpartition("/")[2].strip()
        if "/" in search_term and number.isdecimal():
            search_term = number.lstrip("0")
        return super().get_search_results(request, queryset, search_term)

    def has_add_permission(self, request):
        return False  # people of the network write them

    def has_change_permission(self, request, obj=None):
        return False  # only steps change it

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_model(self, request, voice):
        voicing.forget(voice, by=request.user)

    def get_deleted_objects(self, rows, request):
        # What was made of a voice stays; only the row that says so goes with it.
        names, counts, _needed, protected = super().get_deleted_objects(rows, request)
        return names, counts, set(), protected

    @admin.display(description=_("what they say"))
    def saying(self, voice):
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}{}</span>',
            excerpt(voice.words, ROW_LETTERS),
            voice.reference,
            f" · {gettext('sample data')}" if voice.is_sample else "",
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, voice):
        label = voice.get_state_display()
        if voice.state == Voice.State.HANDED_ON:
            label = voice.get_handed_to_display()
        tone = TONES.get(voice.state, voice.state)
        return format_html('<span class="stage stage--{}">{}</span>', tone, label)

    @admin.display(description=_("place"))
    def place(self, voice):
        if not voice.subdistrict:
            return "–"
        return f"{voice.subdistrict.name} · {voice.subdistrict.district.name}"

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, voice):
        return daytime(voice.received_at)

    @admin.display(description=_("sender"))
    def sender(self, voice):
        person = voice.person
        parts = [voice.organization, person.phone, person.email]
        told = " · ".join(str(part) for part in parts if part)
        address = reverse("admin:network_person_change", args=[person.pk])
        return format_html('<a href="{}">{}</a> {}', address, person, told)

    @admin.display(description=_("photograph"))
    def picture(self, voice):
        if not voice.photo:
            return "–"
        address = reverse("admin:network_voice_photo", args=[voice.pk])
        alt = gettext("The photograph that was sent")
        return format_html('<a href="{0}"><img src="{0}" alt="{1}" width="320"></a>', address, alt)

    def photo(self, request, pk):
        """The photograph, for whoever may see the voice."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        voice = get_object_or_404(self.get_queryset(request), pk=pk)
        if not voice.photo:
            raise Http404
        return send(request, voice.photo, content_type="image/jpeg")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        made = voicing.outcomes([obj]).get(obj.pk, [])
        context |= {
            "stage": self.standing(obj),
            "steps_told": voicing.timeline(obj, made),
            "obstacles": voicing.obstacles(obj),
            "desks": [desk for desk in Voice.Desk.choices if desk[0] != obj.handed_to],
            "may_triage": request.user.has_perm(TRIAGE),
            "trail": audit.trail(obj) if request.user.has_perm(TRIAGE) else [],
        }
        return super().render_change_form(request, context, add, change, form_url, obj)
