"""The form that raises an alert in a minute, on a phone: usual dangers fill what is left empty."""

import json
from datetime import timedelta
from functools import partial

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy, ngettext_lazy, override
from django.utils.translation import gettext as _

from lopburi_pr.calendar_fields import MomentField
from news.dangers import DANGERS
from news.models import Alert
from office.models import District, OfficeIdentity, Province
from office.models.places import HOME_PROVINCE

CODES = ("category", "urgency", "severity", "certainty")
HOURS = (3, 6, 12, 24, 72)
USUAL_HOURS = 6


class PlaceChoices(forms.CheckboxSelectMultiple):
    """Districts as boxes to tick: those of our own province open, the others folded away."""

    def render(self, name, value, attrs=None, renderer=None):
        context = self.get_context(name, value, attrs)["widget"]
        groups = [
            (
                " open" if position == 0 or any(option["selected"] for option in options) else "",
                group,
                format_html_join(
                    "",
                    '<label><input type="checkbox" name="{}" value="{}"{}> {}</label>',
                    (
                        (
                            name,
                            option["value"],
                            " checked" if option["selected"] else "",
                            option["label"],
                        )
                        for option in options
                    ),
                ),
            )
            for position, (group, options, _index) in enumerate(context["optgroups"])
        ]
        boxes = format_html_join(
            "", "<details{}><summary>{}</summary><div>{}</div></details>", groups
        )
        return format_html('<div class="place-choices" id="{}">{}</div>', attrs["id"], boxes)


class AlertForm(forms.ModelForm):
    """Only danger and district must be chosen; everything else has words for a hurry."""

    danger = forms.ChoiceField(
        label=gettext_lazy("What is the danger?"),
        required=False,
        help_text=gettext_lazy("Fills in what follows. Leave empty to write it yourself."),
    )
    lasts = forms.TypedChoiceField(
        label=gettext_lazy("How long does it hold?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", gettext_lazy("Until the moment beside")),
            *((n, ngettext_lazy("%(n)s hour", "%(n)s hours", n) % {"n": n}) for n in HOURS),
        ],
    )
    shown_from = MomentField(
        label=Alert._meta.get_field("shown_from").verbose_name,
        required=False,
        help_text=Alert._meta.get_field("shown_from").help_text,
    )
    onset_at = MomentField(
        label=Alert._meta.get_field("onset_at").verbose_name,
        required=False,
        help_text=Alert._meta.get_field("onset_at").help_text,
    )
    expires_at = MomentField(label=Alert._meta.get_field("expires_at").verbose_name, required=False)

    class Meta:
        model = Alert
        fields = (
            *("event_th", "event_en", *CODES, "headline_th", "headline_en", "instruction_th"),
            *("instruction_en", "description_th", "description_en", "districts", "provinces"),
            *("area_th", "area_en", "agency_th", "agency_en", "phone", "web_url", "status"),
            *("shown_from", "onset_at", "expires_at"),
        )
        field_classes = {"web_url": partial(forms.URLField, assume_scheme="https")}
        widgets = {
            "severity": forms.RadioSelect,
            **{
                f"{name}_{language}": forms.Textarea(attrs={"rows": 4})
                for name in ("instruction", "description")
                for language in ("th", "en")
            },
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        danger = self.fields["danger"]
        danger.choices = [
            ("", "–"),
            *((key, words[f"event_{get_language()}"]) for key, words in DANGERS.items()),
        ]
        danger.widget.attrs["data-dangers"] = json.dumps(DANGERS, ensure_ascii=False)
        # The admin would put its own chooser round them.
        provinces, districts = self.fields["provinces"], self.fields["districts"]
        provinces.help_text = districts.help_text = ""
        provinces.widget, districts.widget = forms.CheckboxSelectMultiple(), PlaceChoices()
        provinces.choices = [(province.pk, province.name) for province in _provinces()]
        districts.choices = _districts_by_province()
        for name in ("event_th", "headline_th", "agency_th", *CODES):
            self.fields[name].required = False
        if is_new:
            self.initial.setdefault("lasts", USUAL_HOURS)
            office = OfficeIdentity.current()
            self.initial.setdefault("agency_th", office.name_th)
            self.initial.setdefault("agency_en", office.name_en)
            for name in CODES:
                self.initial[name] = ""
                labels = Alert._meta.get_field(name).choices
                self.fields[name].choices = [("", _("As usual for this danger")), *labels]
        elif self.instance.updates_id:
            # What replaces another message holds at once.
            del self.fields["shown_from"]

    def clean(self):
        cleaned = super().clean()
        usual = DANGERS.get(cleaned.get("danger"), {})
        for name, words in usual.items():
            cleaned[name] = cleaned.get(name) or words
        for name in CODES:
            cleaned[name] = cleaned.get(name) or Alert._meta.get_field(name).default
        if cleaned.get("lasts"):
            begins = max(cleaned.get("shown_from") or timezone.now(), timezone.now())
            cleaned["expires_at"] = begins + timedelta(hours=cleaned["lasts"])
        elif not cleaned.get("expires_at") and "expires_at" not in self.errors:
            self.add_error("expires_at", _("Say until when it holds."))
        for language in ("th", "en"):
            name = f"headline_{language}"
            cleaned[name] = cleaned.get(name) or _headline(cleaned, language)
        for name, sentence in (
            ("event_th", _("Say what the danger is.")),
            ("headline_th", _("Write a headline.")),
            ("agency_th", _("Name the issuing agency.")),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return cleaned


def _headline(cleaned, language):
    """“Flash flood: Tha Wung, Ban Mi”, from danger and places; empty without a danger."""
    event = cleaned.get(f"event_{language}")
    if not event:
        return ""
    with override(language):
        places = [*(cleaned.get("provinces") or ()), *(cleaned.get("districts") or ())]
        named = _("%(danger)s: %(places)s") % {
            "danger": event,
            "places": ", ".join(place.name for place in places),
        }
    longest = Alert._meta.get_field("headline_th").max_length
    return named[:longest] if places else event


def _provinces():
    """Our own first."""
    return sorted(Province.objects.all(), key=lambda province: province.code != HOME_PROVINCE)


def _districts_by_province():
    groups = {province.pk: (province.name, []) for province in _provinces()}
    for district in District.objects.all():
        groups[district.province_id][1].append((district.pk, district.name))
    return [group for group in groups.values() if group[1]]
