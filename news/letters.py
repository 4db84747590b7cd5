"""Letters by e-mail: who is told what, and how it is said.

Rounds compare what has become public with what was written, so that a scheduled edition needs
nobody to think of its letters. A letter is marked as sent after the mail server has taken it: a
worker that dies in between sends it once more, under the same Message-ID, and none is ever lost.
"""

from datetime import timedelta
from hashlib import sha256

from django.core.mail import EmailMessage
from django.core.signing import TimestampSigner
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from news.models import Article, Edition, Follower, Letter
from office import letters
from office.letters import own_origin

EVERY = timedelta(minutes=1)
# An edition may become visible to a round a little later than its own hour says.
OVERLAP = timedelta(hours=1)
UNCONFIRMED_KEPT = timedelta(hours=48)
LETTERS_KEPT = timedelta(days=7)  # sent or not: older ones tell nobody anything
CONFIRMING = TimestampSigner(salt="news.following.confirm", sep=".")
LEAVING = TimestampSigner(salt="news.following.leave", sep=".")


def go_round(row) -> None:
    """Write the letters about everything that has become public since the last round."""
    now = timezone.now()
    since = row.told_until - OVERLAP
    fresh = Q(article__is_sample=False, shown_from__gt=since)
    for edition in Edition.objects.released(now).filter(fresh).select_related("article"):
        is_first = edition.change_kind == Edition.ChangeKind.FIRST
        kind = Letter.Kind.PUBLISHED if is_first else Letter.Kind.CHANGED
        told = followers_of(edition).filter(confirmed_at__lt=edition.shown_from)
        write(kind, told, edition.pk, edition)
    gone = Article.objects.filter(withdrawn_at__gt=since, withdrawn_at__lte=now, is_sample=False)
    for article in gone:
        last = Edition.objects.released(now).filter(article=article).first()
        if last:
            told = _all_concerned(article).filter(confirmed_at__lt=article.withdrawn_at)
            write(Letter.Kind.WITHDRAWN, told, article.pk, last)
    Follower.objects.filter(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_KEPT).delete()
    Letter.objects.filter(written_at__lt=now - LETTERS_KEPT).delete()
    row.told_until, row.due_at, row.tries = now, now + EVERY, 0
    row.save()


def followers_of(edition):
    """Who is told of this edition: those of its article of every change, those of its topic and
    districts of its first version, and all of them of what the office had wrong.
    """
    article, kinds = edition.article, Edition.ChangeKind
    if edition.change_kind in Edition.ADMITTED:
        return _all_concerned(article)
    if edition.change_kind == kinds.FIRST:
        return Follower.objects.confirmed().filter(_subjects(article))
    if edition.change_kind == kinds.UPDATE:
        return Follower.objects.confirmed().filter(article=article)
    return Follower.objects.none()


def _all_concerned(article):
    everything = Q(article=None, topic=None, district=None, language=article.language)
    concerned = Q(article=article) | _subjects(article) | everything
    return Follower.objects.confirmed().filter(concerned)


def _subjects(article):
    districts = article.districts.values("pk")
    places = Q(topic=article.topic_id) | Q(district__in=districts)
    return Q(language=article.language) & places


def write(kind, followers, about, edition=None) -> None:
    """Put letters of this kind in the post, one for each mailbox and thing it is ``about``."""
    rows = [
        Letter(key=_key(kind, about, follower.email), follower=follower, kind=kind, edition=edition)
        for follower in followers
    ]
    Letter.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _key(kind, about, email):
    return sha256(f"{kind} {about} {email}".encode()).hexdigest()


def send(letter) -> None:
    """Hand a letter to the mail server. One about what readers no longer see is thrown away."""
    now = timezone.now()
    if letter.kind in {Letter.Kind.PUBLISHED, Letter.Kind.CHANGED}:
        shown = Edition.objects.published(now).filter(article=letter.edition.article_id).first()
        if shown is None:
            letter.delete()
            return
        if letter.kind == Letter.Kind.PUBLISHED:
            letter.edition = shown  # the words may have been corrected while the letter waited
    message(letter).send()
    letter.state, letter.sent_at, letter.error = Letter.State.SENT, now, ""
    letter.save(update_fields=["state", "sent_at", "error"])


def message(letter) -> EmailMessage:
    """The e-mail in the language of its reader."""
    follower, edition = letter.follower, letter.edition
    with override(follower.language):
        origin = own_origin()
        leave_url = origin + reverse("news:leave", args=[LEAVING.sign(follower.pk)])
        subject, text = letters.worded(
            f"news/letters/{letter.kind}.txt",
            follower=follower,
            subject=subject_of(follower),
            edition=edition,
            url=origin + edition.get_absolute_url() if edition else "",
            confirm_url=origin + reverse("news:confirm", args=[CONFIRMING.sign(follower.pk)]),
            leave_url=leave_url,
        )
        return letters.letter(
            follower.email,
            subject,
            text,
            Message_ID=f"<{letter.key}@{origin.rpartition('/')[2]}>",
            List_Unsubscribe=f"<{leave_url}>",  # RFC 2369, one click: RFC 8058
            List_Unsubscribe_Post="List-Unsubscribe=One-Click",
        )


def subject_of(follower) -> str:
    """What is followed, by the name that readers know."""
    if follower.article_id:
        shown = Edition.objects.released().filter(article=follower.article_id).first()
        return shown.title if shown else follower.article.reference
    return str(follower)
