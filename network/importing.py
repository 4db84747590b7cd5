"""Lists of organisations and people in and out: planned row by row, written when confirmed."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lopburi_pr.calendar_fields import DayField
from network.models import Organization, Person
from network.models.organizations import search_key
from office import audit

COLUMNS = {
    Organization: (
        *("id", "kind", "name_th", "name_en", "aliases", "address", "phone", "email", "website"),
        *("districts", "subdistricts", "means", "is_listed", "shown_fields"),
        *("review_by", "closed_on"),
    ),
    Person: (
        *("id", "name", "organization", "position", "phone", "email", "village", "subdistricts"),
        *("means", "visibility", "consented_at", "review_by", "left_on"),
    ),
}
ACTIONS = CREATE, CHANGE, SAME, REFUSED = "create", "change", "same", "refused"
YES, NO = {"ใช่", "yes", "true", "1", "y"}, {"", "ไม่", "ไม่ใช่", "no", "false", "0", "n"}

_separators = re.compile(r"[;,\n]")
_code = re.compile(r"[0-9]{4,6}(?![0-9])")
_prefix = re.compile(r"^(?:อำเภอ|อ\.|ตำบล|ต\.)\s*")


@dataclass
class Line:
    """What one row of a table would do."""

    number: int
    name: str
    action: str = REFUSED
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # label, before, after
    errors: list[str] = field(default_factory=list)
    row: models.Model | None = None
    related: dict = field(default_factory=dict)


def headings(model) -> list[str]:
    """The first row of an export, in the language of the page."""
    return [_label(model, name) for name in COLUMNS[model]]


def export_rows(rows):
    """Rows of texts for an export, in the order of the queryset."""
    model = rows.model
    columns = COLUMNS[model]
    related = [name for name in columns if _field(model, name).many_to_many]
    for row in rows.prefetch_related(*related):
        yield [_told(row, name) for name in columns]


class Plan:
    """What a table would do, row by row: nothing is written before ``carry_out``."""

    def __init__(self, model, table: list[list[str]]):
        """Raises ValidationError when the first row doesn't name the columns."""
        self.model, self.table = model, table
        self.columns = self._columns_of(table[0] if table else [])
        self.known = _Known(model)
        self.lines = []
        seen = set()
        for number, cells in enumerate(table[1:], start=2):
            if any(cells):
                self.lines.append(self._line(number, cells, seen))

    def _columns_of(self, first):
        model, names = self.model, {}
        for language in ("th", "en"):
            with override(language):
                names |= {_label(model, name).casefold(): name for name in COLUMNS[model]}
        names |= {name: name for name in COLUMNS[model]}
        found = [names.get(cell.strip().casefold(), "") for cell in first]
        needed = "name_th" if model is Organization else "name"
        unknown = [cell for cell, name in zip(first, found, strict=True) if cell and not name]
        if unknown:
            raise ValidationError(_("Unknown columns: %(names)s") % {"names": ", ".join(unknown)})
        if needed not in found:
            raise ValidationError(
                _("The first row must name the columns; “%(name)s” is missing.")
                % {"name": _label(model, needed)}
            )
        if len(given := [name for name in found if name]) != len(set(given)):
            raise ValidationError(_("A column stands twice in the first row."))
        return found

    def _line(self, number, cells, seen):
        given = {
            name: cell.strip() for name, cell in zip(self.columns, cells, strict=False) if name
        }
        name = given.get("name_th" if self.model is Organization else "name", "")
        line = Line(number, name)
        try:
            line.row = self.known.row(given)
        except ValidationError as error:
            line.errors += error.messages
            return line
        mark = line.row.pk or search_key(name) + "\n" + given.get("organization", "")
        if mark in seen:
            line.errors.append(_("This row stands twice in the table."))
            return line
        seen.add(mark)
        unreadable = self._fill(line, given)
        self._check(line, unreadable)
        return line

    def _fill(self, line, given):
        """Set what the cells say; the names of those that say nothing we can read."""
        row, unreadable = line.row, set()
        for name, text in given.items():
            if name == "id":
                continue
            label = _label(self.model, name)
            before = _told(row, name) if row.pk else ""
            try:
                value = self.known.value(name, text)
            except ValidationError as error:
                line.errors += [f"{label}: {message}" for message in error.messages]
                unreadable.add(name)
                continue
            if _field(self.model, name).many_to_many:
                after = "; ".join(_told_place(each) for each in value)
                if after != before:
                    line.related[name] = value
            else:
                if name == "consented_at" and row.pk and _day(row.consented_at) == _day(value):
                    value = row.consented_at  # a table keeps the day, the row the moment
                setattr(row, name, value)
                after = _told(row, name)
            if after != before:
                line.changes.append((label, before, after))
        return unreadable

    def _check(self, line, unreadable):
        try:
            line.row.full_clean(exclude=unreadable)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                label = _label(self.model, name) if name in COLUMNS[self.model] else ""
                line.errors += [f"{label}: {text}" if label else text for text in messages]
        if not line.errors:
            is_new = line.row.pk is None
            line.action = CREATE if is_new else CHANGE if line.changes else SAME

    def count(self, action: str) -> int:
        return sum(line.action == action for line in self.lines)

    @property
    def digest(self) -> str:
        """The same as long as the same would be done."""
        said = [
            (line.number, line.action, line.row and line.row.pk, line.changes, line.errors)
            for line in self.lines
        ]
        return sha256(repr(said).encode()).hexdigest()

    @transaction.atomic
    def carry_out(self, *, by) -> int:
        """Write every row that is not refused; how many were created or changed."""
        done = [line for line in self.lines if line.action in {CREATE, CHANGE}]
        for line in done:
            line.row.save()
            for name, value in line.related.items():
                getattr(line.row, name).set(value)
            labels = ", ".join(label for label, _before, _after in line.changes)
            audit.record(line.row, "import", by=by, note=labels if line.action == CHANGE else "")
        return len(done)


class _Known:
    """What the rows of a table refer to, read once."""

    def __init__(self, model):
        self.model = model
        is_body = model is Organization
        rows = Organization.objects.at_work() if is_body else Person.objects.active()
        self.rows = {row.pk: row for row in rows}
        self.by_name = {}
        for row in self.rows.values():
            names = [row.name_th, *row.aliases] if is_body else [row.name]
            for key in {search_key(name) for name in names}:
                self.by_name.setdefault(key, []).append(row)
        bodies = self.rows.values() if is_body else Organization.objects.at_work()
        self.bodies = {str(body.pk): body for body in bodies}
        for body in bodies:
            self.bodies.setdefault(search_key(body.name_th), body)
        self.places = {}

    def row(self, given):
        """The row that is meant, or a new one. Raises ValidationError when it isn't clear."""
        key = given.get("id", "")
        if key:
            found = self.rows.get(int(key)) if key.isascii() and key.isdecimal() else None
            if found is None:
                raise ValidationError(_("There is no row with the number %(id)s.") % {"id": key})
            return found
        name = given.get("name_th" if self.model is Organization else "name", "")
        if not name:
            raise ValidationError(_("The name is missing."))
        alike = self.by_name.get(search_key(name), [])
        if self.model is Person:  # people share names, telephones they don't
            phone = _digits(given.get("phone", ""))
            alike = [row for row in alike if not phone or _digits(row.phone) in {phone, ""}]
        if len(alike) > 1:
            raise ValidationError(_("Several have this name: write the number into the table."))
        return alike[0] if alike else self.model()

    def value(self, name, text):
        """A cell as the field keeps it. Raises ValidationError."""
        of = _field(self.model, name)
        if of.many_to_many:
            return self._places(of.related_model, text)
        if name == "organization":
            return self._body(text)
        if name == "phone":
            return _with_zero(text)
        if hasattr(of, "base_field"):
            parts = [part.strip() for part in _separators.split(text) if part.strip()]
            if of.base_field.choices:
                return [_choice(of.base_field, part) for part in parts]
            return parts
        if of.choices:
            return _choice(of, text) if text else of.get_default()
        if isinstance(of, models.BooleanField):
            return _yes(text)
        if isinstance(of, models.DateTimeField):
            day = DayField(required=False).clean(text)
            return timezone.make_aware(datetime.combine(day, time())) if day else None
        if isinstance(of, models.DateField):
            return DayField(required=False).clean(text)
        return text

    def _body(self, text):
        if not text:
            return None
        found = self.bodies.get(text) or self.bodies.get(search_key(text))
        if found is None:
            raise ValidationError(_("There is no organisation “%(name)s”.") % {"name": text})
        return found

    def _places(self, model, text):
        if model not in self.places:
            rows = list(model.objects.all())
            known = {row.code: [row] for row in rows}
            for row in rows:
                for name in {row.name_th, row.name_en.casefold()}:
                    known.setdefault(name, []).append(row)
            self.places[model] = known
        return sorted(
            {self._place(model, part) for part in _separators.split(text) if part.strip()},
            key=lambda row: row.code,
        )

    def _place(self, model, text):
        text = text.strip()
        code = _code.match(text)
        name = code[0] if code else _prefix.sub("", text)
        found = self.places[model].get(name) or self.places[model].get(name.casefold(), [])
        if not found:
            raise ValidationError(_("There is no place “%(name)s”.") % {"name": text})
        if len(found) > 1:
            raise ValidationError(
                _("There are several places called “%(name)s”: write the code.") % {"name": text}
            )
        return found[0]


def _field(model, name):
    return model._meta.get_field(name)


def _label(model, name):
    return _("number") if name == "id" else str(_field(model, name).verbose_name)


def _told(row, name):
    """A field as a text that ``_Known.value`` reads back."""
    of, value = _field(row, name), None
    if of.many_to_many:
        places = sorted(getattr(row, name).all(), key=lambda place: place.code)
        return "; ".join(_told_place(place) for place in places)
    value = getattr(row, of.attname)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        labels = dict(of.base_field.choices or ())
        return "; ".join(str(labels.get(part, part)) for part in value)
    if of.choices:
        return str(dict(of.choices).get(value, value))
    return _day(value) if isinstance(value, (date, datetime)) else str(value)


def _day(value):
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat() if value else ""


def _told_place(place):
    return f"{place.code} {place.name_th}"


def _choice(of, text):
    """The key of a choice, from the key itself or its name in either language."""
    wanted = text.casefold()
    for key, _label_now in of.choices:
        if wanted == str(key).casefold():
            return key
    for language in ("th", "en"):
        with override(language):
            for key, label in of.choices:
                if wanted == str(label).casefold():
                    return key
    raise ValidationError(_("“%(text)s” is not one of the choices.") % {"text": text})


def _yes(text):
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise ValidationError(_("Write yes or no."))


def _digits(text):
    return "".join(filter(str.isdecimal, text))


def _with_zero(text):
    """A telephone number with the zero that spreadsheets drop from what they take for a number."""
    return f"0{text}" if text.isdecimal() and len(text) in {8, 9} and text[0] != "0" else text
