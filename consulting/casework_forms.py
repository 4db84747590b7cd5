"""What is typed at the desk of advice: one form for each step of casework."""

import uuid

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consulting import casework, editing, services
from consulting.files import FilesField
from consulting.models import (
    AdvisoryRequest,
    Given,
    Message,
    RequestFile,
    ResourceEdition,
    Service,
)
from lopburi_pr.calendar_fields import DayField
from network.models import Asset, Organization
from office import roles
from office.models import Province
from office.models.places import HOME_PROVINCE
from office.people import PersonField

CHANGE = "consulting.change_advisoryrequest"
ASSIGN = "consulting.assign_advisoryrequest"
DECIDE = "consulting.decide_advisoryrequest"
REVIEW = "consulting.review_message"
State, Channel = AdvisoryRequest.State, AdvisoryRequest.Channel


def long_text(rows=4, **more):
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **more)


# Steps

# Under which heading of the page a step stands.
WORK, ELSE, END = _("What else can be done"), _("Under the same number"), _("End it or correct it")


class OneStep:
    """What is typed for one step with one request; ``take`` takes it or raises ValidationError."""

    key = ""  # in addresses
    step = ""  # of casework.FROM; empty for what can be done in any state
    permission = CHANGE
    title = button = done = hint = ""
    is_grave = False
    group = WORK

    def __init__(self, *args, advice, person, **kwargs):
        self.advice, self.person = advice, person
        super().__init__(*args, auto_id=f"{self.key}-%s", **kwargs)

    @classmethod
    def may(cls, advice, person) -> bool:
        return person.has_perm(cls.permission)

    @classmethod
    def obstacles(cls, advice) -> list[str]:
        return casework.obstacles(advice, cls.step) if cls.step else []

    @property
    def buttons(self):
        """``(value, label, class)`` of each."""
        return [("", self.button, "danger" if self.is_grave else "default")]

    @property
    def is_bare(self):
        """Nothing to type: a button says it all."""
        return not self.visible_fields()

    def files_of(self, name="files"):
        return self.cleaned_data.get(name) or []

    def take(self):
        raise NotImplementedError


class Step(OneStep, forms.Form):
    pass


class TakeStep(Step):
    key, step = "take", "take"
    title = button = _("Take it on myself")
    done = _("It is yours now. Write to the requester first.")

    def take(self):
        casework.take(self.advice, by=self.person)


def colleagues():
    """Those who may be given a request."""
    able = get_user_model().objects.filter(
        is_active=True, groups__name__in=[roles.OFFICER, roles.HEAD]
    )
    return able.distinct().order_by("first_name", "username")


class AssignStep(Step):
    key, step, permission = "assign", "assign", ASSIGN
    title, button = _("Give it to a colleague"), _("Give it to them")
    done = _("It is given to them.")
    to = PersonField(label=_("To whom?"), queryset=None, empty_label=_("Choose an officer"))
    note = forms.CharField(
        label=_("What they should know"),
        help_text=_("Staff alone read it."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues()

    @classmethod
    def may(cls, advice, person):
        is_own = advice.assignee_id == person.pk
        return super().may(advice, person) or (is_own and person.has_perm(CHANGE))

    def take(self):
        given = self.cleaned_data
        casework.assign(self.advice, given["to"], by=self.person, note=given["note"])


class WordsStep(Step):
    """Words to the requester, with files. Sent twice they arrive once."""

    text = long_text(label=_("What you write"), max_length=10_000)
    files = FilesField(label=_("Files"), required=False)
    sending = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("sending", uuid.uuid4())

    def take(self):
        key = self.cleaned_data["sending"]
        if key and self.advice.messages.filter(key=key).exists():
            return
        self.send(self.cleaned_data["text"], by=self.person, files=self.files_of(), key=key)


class SayStep(WordsStep):
    key, step = "say", "say"
    title, button = _("Write to the requester"), _("Send it to the requester")
    done = _("Sent. The requester gets it by e-mail and reads it on their page.")
    hint = _("A first reply is a short word: who works on it, and what comes next.")

    def send(self, text, **more):
        casework.say(self.advice, text, **more)


class AskStep(WordsStep):
    key, step = "ask", "ask for more"
    title, button = _("Ask for more information"), _("Ask, and let the time stand still")
    done = _("Asked. The time stands still until the requester replies.")
    hint = _("Ask for everything at once. The time stands still until they reply.")

    def send(self, text, **more):
        casework.ask_for_more(self.advice, text, **more)


class WaitStep(Step):
    key, step = "wait", "wait for others"
    title, button = _("Wait for somebody else"), _("Wait for them")
    done = _("The requester reads for whom we wait. The time goes on.")
    reason = forms.CharField(label=_("For whom or what? The requester reads it."), max_length=300)

    def take(self):
        casework.wait_for_others(self.advice, by=self.person, reason=self.cleaned_data["reason"])


class GoOnStep(Step):
    key, step = "go-on", "go on"
    title = button = _("Go on with it")
    done = _("You work on it again.")

    def take(self):
        casework.go_on(self.advice, by=self.person)


class NoteStep(Step):
    key = "note"
    title, button = _("Write an internal note"), _("Keep the note")
    done = _("The note is kept. It leaves the office by no way.")
    hint = _("Staff alone read it. It stands in no letter and on no page of the requester.")
    text = long_text(rows=3, label=_("Note"), max_length=5000)
    files = FilesField(label=_("Files"), required=False)

    def take(self):
        text = self.cleaned_data["text"]
        casework.note(self.advice, text, by=self.person, files=self.files_of())


class AnswerStep(Step):
    """The answer: kept as a draft, given to a second person, or in a crisis sent at once."""

    key, step = "answer", "write answer"
    title, done = _("Write the answer"), _("The answer is kept as a draft.")
    SUBMITTED = _("Given to a second person, who reads and sends it.")
    SENT = _("Sent before a second person has read it. The trail says so.")
    text = long_text(rows=12, label=_("Answer"), max_length=10_000)
    editions = forms.ModelMultipleChoiceField(
        label=_("Given along"),
        help_text=_("If one of them changes later, the requester is told."),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    files = FilesField(label=_("Files"), required=False)
    drop = forms.ModelMultipleChoiceField(
        label=_("Take these files out again"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    EDITIONS_AT_MOST = 30

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        answers = self.advice.messages.filter(is_answer=True)
        self.answer = answers.exclude(state=Message.State.SENT).first()
        self.initial.setdefault("text", self.answer.text if self.answer else "")
        self.given = Given.objects.none()
        if self.answer:
            self.given = self.advice.given.filter(at__gte=self.answer.written_at)
            self.initial["editions"] = [*self.given.values_list("edition_id", flat=True)]
        editions = ResourceEdition.objects.published().filter(resource__topic=self.advice.topic_id)
        if chosen := self.initial.get("editions"):
            editions = editions | ResourceEdition.objects.filter(pk__in=chosen)
        self.fields["editions"].queryset = editions.order_by("title_th")
        kept = self.answer.files.all() if self.answer else RequestFile.objects.none()
        self.fields["drop"].queryset = kept
        if not kept:
            del self.fields["drop"]
        if not self.fields["editions"].queryset:
            del self.fields["editions"]

    @property
    def buttons(self):
        found = [
            ("submit", _("Give it to a second person"), "default"),
            ("", _("Keep it as a draft"), ""),
        ]
        if self.advice.is_crisis:
            found.append(("send", _("Crisis: send it now, unreviewed"), "danger"))
        return found

    @transaction.atomic
    def take(self):
        given, then = self.cleaned_data, self.data.get("then", "")
        editions = given.get("editions") or []
        for file in given.get("drop") or []:
            file.delete()
        self.given.exclude(edition__in=editions).delete()
        answer = casework.write_answer(
            self.advice, given["text"], by=self.person, editions=editions, files=self.files_of()
        )
        if then == "submit":
            casework.submit_answer(answer, by=self.person)
            self.done = self.SUBMITTED
        elif then == "send":
            casework.send_answer_unreviewed(answer, by=self.person)
            self.done = self.SENT


class OfAnswer(Step):
    """A step with the answer that waits for a second person."""

    permission = REVIEW

    @property
    def answer(self):
        waiting = self.advice.messages.filter(is_answer=True, state=Message.State.IN_REVIEW)
        if found := waiting.first():
            return found
        raise ValidationError(_("Somebody went on with this answer meanwhile. Look again."))


class SendStep(OfAnswer):
    key, step = "send", "send answer"
    title = button = _("Send the answer")
    done = _("The answer is sent.")

    @classmethod
    def may(cls, advice, person):
        # Whoever wrote it sees why not, instead of a button.
        return super().may(advice, person) and not (
            advice.messages.filter(is_answer=True, state="in-review", author=person).exists()
        )

    def take(self):
        casework.send_answer(self.answer, by=self.person)


class ReturnStep(OfAnswer):
    key, step = "return", "return answer"
    title, button = _("Return it to its author"), _("Return it with this remark")
    done = _("Returned to its author.")
    remark = long_text(rows=3, label=_("What has to change?"), max_length=1000)

    def take(self):
        remark = self.cleaned_data["remark"]
        casework.return_answer(self.answer, by=self.person, remark=remark)


class ForwardStep(Step):
    key, step, permission = "forward", "forward", DECIDE
    group = END
    title, button = _("Forward it to another office"), _("Forward it with this reason")
    done = _("Forwarded. The requester reads where to and why.")
    is_grave = True
    OFFICE = _("Public Relations Office of %(province)s Province")
    to = forms.CharField(label=_("To which office?"), max_length=200)
    reason = long_text(rows=3, label=_("Why? The requester reads it."), max_length=1000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Province.objects.exclude(code=HOME_PROVINCE)
        self.offices = [self.OFFICE % {"province": province.name} for province in others]
        self.fields["to"].widget.attrs["list"] = "forward-offices"
        province = self.advice.province
        if province and province.code != HOME_PROVINCE:
            self.initial.setdefault("to", self.OFFICE % {"province": province.name})

    def take(self):
        given = self.cleaned_data
        casework.forward(self.advice, by=self.person, to=given["to"], reason=given["reason"])


class DeclineStep(Step):
    key, step, permission = "decline", "decline", DECIDE
    group = END
    title, button = _("Decline it"), _("Decline it with this reason")
    done = _("Declined. The requester reads why, and what else helps.")
    is_grave = True
    reason = long_text(
        rows=3, label=_("Why, and what else helps? The requester reads it."), max_length=1000
    )

    def take(self):
        casework.decline(self.advice, by=self.person, reason=self.cleaned_data["reason"])


class JoinStep(Step):
    key, step = "join", "join"
    group = END
    title, button = _("Join it to another request"), _("Join it to that number")
    done = _("Joined. It goes on under the other number.")
    hint = _("When the same people asked twice. What they wrote and both numbers stay.")
    into = forms.CharField(
        label=_("Number of the other request"),
        help_text=_("For example ปช.2570/0001"),
        max_length=40,
    )

    @property
    def suggested(self):
        return AdvisoryRequest.objects.beside(self.advice)[:5]

    def clean_into(self):
        found = AdvisoryRequest.objects.called(self.cleaned_data["into"]).first()
        if not found:
            raise ValidationError(_("There is no request of this number."))
        return found

    def take(self):
        casework.join(self.advice, self.cleaned_data["into"], by=self.person)
        return self.advice.merged_into


class SpamStep(Step):
    key, step = "spam", "call spam"
    group = END
    title = button = _("Put it aside: this is no request")
    done = _("Put aside. No letter is sent.")
    is_grave = True

    def take(self):
        casework.call_spam(self.advice, by=self.person)


class CloseStep(Step):
    key, step = "close", "close"
    title = button = _("Close it now")
    done = _("Closed.")
    hint = _("It closes by itself 7 working days after the answer when nobody writes.")

    def take(self):
        casework.close(self.advice, by=self.person)


class AgainStep(Step):
    key, step, permission = "again", "take up again", DECIDE
    title, button = _("Take it up again"), _("Take it up again with this reason")
    done = _("Taken up again, with a promise of its own.")
    reason = forms.CharField(label=_("Why? The requester reads it."), max_length=300)

    def take(self):
        reason = self.cleaned_data["reason"]
        casework.take_up_again(self.advice, by=self.person, reason=reason)


# What else happens under the number


class TeachStep(Step):
    """From an answer that was sent to a draft for everybody."""

    key, permission = "teach", "consulting.add_resource"
    group = ELSE
    title = button = _("Make an answer for others of it")
    done = _("A draft for everybody. Take out who they are; a second person publishes it.")

    @classmethod
    def obstacles(cls, advice):
        return [] if cls._sent(advice) else [_("Only an answer that was sent can teach others.")]

    @staticmethod
    def _sent(advice):
        return advice.messages.told().filter(is_answer=True).last()

    def take(self):
        if sentences := self.obstacles(self.advice):
            raise ValidationError(sentences)
        return editing.from_answer(self._sent(self.advice), by=self.person)


class BorrowStep(Step):
    key = "borrow"
    group = ELSE
    title, button = _("Borrow equipment for them"), _("Ask the equipment desk")
    done = _("The equipment desk has it, in the requester's name.")
    wanted = forms.ModelMultipleChoiceField(
        label=_("What do they want to borrow?"),
        queryset=Asset.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wishes = forms.CharField(label=_("Something else"), max_length=500, required=False)
    first = DayField(label=_("First day"), help_text=_("For example 24/12/2569"))
    last = DayField(label=_("Last day"))
    purpose = forms.CharField(label=_("What is it for?"), max_length=1000)
    place = forms.CharField(label=_("Where will it be used?"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["wanted"].queryset = Asset.objects.listed().in_order()
        if not self.fields["wanted"].queryset:
            del self.fields["wanted"]
        self.initial.setdefault("purpose", self.advice.subject)

    def clean(self):
        given = super().clean()
        first, last = given.get("first"), given.get("last")
        if first and first < timezone.localdate():
            self.add_error("first", _("This day is past."))
        elif first and last and last < first:
            self.add_error("last", _("The last day must not come before the first."))
        if not (given.get("wanted") or given.get("wishes")):
            self.add_error("wishes", _("Choose something, or write what they need."))
        return given

    def take(self):
        services.borrow(self.advice, by=self.person, **self.cleaned_data)


class OrderStep(Step):
    key = "order"
    group = ELSE
    title, button = _("Order news or help with a survey"), _("Order it")
    done = _("Ordered under the number of the request.")
    kind = forms.ChoiceField(
        label=_("What?"),
        choices=[each for each in Service.Kind.choices if each[0] != Service.Kind.LOAN],
        widget=forms.RadioSelect,
    )
    brief = long_text(
        rows=3,
        label=_("What is to be done?"),
        help_text=_("Whoever writes it reads this, and not the request."),
        max_length=1000,
    )

    def take(self):
        services.order(self.advice, by=self.person, **self.cleaned_data)


class FactsStep(OneStep, forms.ModelForm):
    """Who asks, as it stands now."""

    key, group = "facts", END
    title, button = _("Correct what we know of the requester"), _("Save the facts")
    done = _("The facts are corrected.")
    letter_on = DayField(label=_("date of the letter"), required=False)
    wanted_by = DayField(label=_("wanted by"), required=False)

    class Meta:
        model = AdvisoryRequest
        fields = (
            *("subject", "agency", "agency_kind", "province", "district", "contact", "position"),
            *("phone", "email", "letter_number", "letter_on", "wanted_by", "may_publish"),
        )
        help_texts = {"may_publish": _("Without names of people or agencies.")}

    def __init__(self, *args, advice, **kwargs):
        # Its own copy: what was typed and refused must not stand on the rest of the page.
        copy = AdvisoryRequest.objects.get(pk=advice.pk)
        super().__init__(*args, advice=advice, instance=copy, **kwargs)

    def take(self):
        told = self.cleaned_data
        facts = {name: told[name] for name in told if getattr(self.advice, name) != told[name]}
        if "agency" in facts:
            facts["organization"] = Organization.objects.known_as(facts["agency"]).first()
        if facts:
            casework.correct(self.advice, by=self.person, **facts)


STEPS = {
    step.key: step
    for step in (
        *(TakeStep, AssignStep, SayStep, AskStep, WaitStep, GoOnStep, AnswerStep, SendStep),
        *(ReturnStep, CloseStep, AgainStep, NoteStep, TeachStep, OrderStep, BorrowStep),
        *(JoinStep, ForwardStep, DeclineStep, SpamStep, FactsStep),
    )
}
# What is obvious next, by state; what waits for somebody else has nothing.
NEXT = {
    State.RECEIVED: TakeStep,
    State.ASSIGNED: SayStep,
    State.IN_CONSULTATION: AnswerStep,
    State.WAITING_OTHERS: GoOnStep,
    State.IN_REVIEW: SendStep,
}


class SettleForm(forms.Form):
    """What was ordered is done."""

    url = forms.URLField(
        label=_("Address of the result"),
        help_text=_("The requester sees it."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
