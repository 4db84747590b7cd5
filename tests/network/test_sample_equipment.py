"""The sample equipment: a loan in every state that the desk has to look at, and no trace after."""

import pytest

from network import sample_equipment
from network.models import Asset, Handover, Hold, Loan
from tests import make

pytestmark = pytest.mark.django_db


def test_there_is_one_out_one_overdue_one_asked_for_and_one_to_hand_out():
    officer = make.officer()

    assert sample_equipment.load(officer=officer) == 7
    assert sample_equipment.load(officer=officer) == 0
    assert Loan.objects.overdue().count() == 1
    assert Loan.objects.out().count() == 2
    assert Loan.objects.waiting().count() == 1
    assert Loan.objects.to_hand_out().count() == 1
    assert Asset.objects.filter(is_sample=False).count() == 0


def test_clearing_takes_all_of_it_and_nothing_else():
    own = make.loan(make.asset(), state="approved")
    sample_equipment.load(officer=None)
    make.loan(Asset.objects.get(name_th__startswith="รถ LED เคลื่อนที่"), state="approved")

    assert sample_equipment.clear() == 7
    assert Loan.objects.get() == own
    assert Hold.objects.get().loan == own
    assert not Handover.objects.exists()
