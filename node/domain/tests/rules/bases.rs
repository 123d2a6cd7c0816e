//! What a legal basis needs, and what it carries.

use std::collections::BTreeSet;

use crate::sample::{after, case, consent, context, empty_plan, gribskov, hilleroed, text};
use enplan_domain::basis::{
    BasisDraft, BasisProblem, BasisRefusal, ConsentForm, ConsentGiver, Ground, LegalBasis,
};
use enplan_domain::plan::{Plan, PlanCommand, PlanRefusal, decide};
use enplan_domain::{BasisId, CaseHandle, Context, Timestamp};
use proptest::prelude::*;

fn record(draft: BasisDraft) -> Result<LegalBasis, BasisRefusal> {
    LegalBasis::record(draft, &crate::sample::CITIZEN.parse().unwrap(), &context())
}

fn with(change: impl FnOnce(&mut BasisDraft)) -> BasisDraft {
    let mut draft = consent();
    change(&mut draft);
    draft
}

fn duty() -> BasisDraft {
    with(|draft| {
        draft.provision = String::from("barnets-lov-132");
        draft.until = None;
        draft.ground = Ground::StatutoryDuty {
            assessment: text("Behov for særlig støtte"),
            summary: text("Sammenfatning af de relevante vurderinger"),
            material: BTreeSet::from(["Goal/a".parse().unwrap()]),
        };
    })
}

fn statute() -> BasisDraft {
    with(|draft| {
        draft.provision = String::from("retssikkerhedsloven-9");
        draft.ground = Ground::OtherStatute { reason: text("Handlekommunen skifter") };
    })
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn each_kind_of_basis_is_recorded_with_author_and_time() {
    for draft in [consent(), duty(), statute()] {
        let basis = record(draft).unwrap();
        assert_eq!(basis.recorded(), &context().stamp());
        assert_eq!(basis.recipient(), hilleroed());
    }
}

#[test]
fn a_general_consent_is_refused() {
    let purposeless =
        Ground::Consent { purpose: text("  "), form: ConsentForm::Digital, given_by: ConsentGiver::Citizen };
    assert_eq!(record(with(|draft| draft.sections.clear())), Err(BasisRefusal::NoSections));
    assert_eq!(record(with(|draft| draft.to = None)), Err(BasisRefusal::NoRecipient));
    assert_eq!(record(with(|draft| draft.until = None)), Err(BasisRefusal::NoEnd));
    assert_eq!(record(with(|draft| draft.ground = purposeless)), Err(BasisRefusal::NoPurpose));
}

#[test]
fn a_duty_needs_its_assessment_its_summary_and_its_material() {
    let lacking = |assessment: &str, summary: &str, material: BTreeSet<_>| {
        let mut draft = duty();
        draft.ground =
            Ground::StatutoryDuty { assessment: text(assessment), summary: text(summary), material };
        record(draft).unwrap_err()
    };
    let material = BTreeSet::from(["Goal/a".parse().unwrap()]);
    assert_eq!(lacking("", "x", material.clone()), BasisRefusal::NoAssessment);
    assert_eq!(lacking("x", " ", material), BasisRefusal::NoSummary);
    assert_eq!(lacking("x", "x", BTreeSet::new()), BasisRefusal::NoMaterial);
}

#[test]
fn another_statute_needs_a_provision_of_the_catalogue_and_a_reason() {
    let unknown = BasisDraft { provision: "lov-om-alt".to_owned(), ..statute() };
    assert_eq!(record(unknown), Err(BasisRefusal::UnknownProvision));
    let none = BasisDraft { provision: " ".to_owned(), ..statute() };
    assert_eq!(record(none), Err(BasisRefusal::NoProvision));
    let over = BasisDraft { provision: "servicelov-152".to_owned(), ..duty() };
    assert_eq!(record(over), Err(BasisRefusal::UnknownProvision), "it ended with 2023");
    let of_another_kind = BasisDraft { provision: "barnets-lov-132".to_owned(), ..statute() };
    assert_eq!(record(of_another_kind), Err(BasisRefusal::ProvisionOfAnotherKind));
    let silent = BasisDraft { ground: Ground::OtherStatute { reason: text("") }, ..statute() };
    assert_eq!(record(silent), Err(BasisRefusal::NoReason));
}

#[test]
fn dates_and_parties_must_make_sense() {
    let backwards = with(|draft| draft.until = Some(draft.valid_from));
    assert_eq!(record(backwards), Err(BasisRefusal::EndsBeforeItBegins));
    let over = with(|draft| {
        draft.valid_from = at("2026-01-01T00:00:00Z");
        draft.until = Some(context().now);
    });
    assert_eq!(record(over), Err(BasisRefusal::OverAlready));
    assert_eq!(record(with(|draft| draft.to = Some(gribskov()))), Err(BasisRefusal::ToItself));
    let foreign = with(|draft| draft.from = "0190".parse().unwrap());
    assert_eq!(record(foreign), Err(BasisRefusal::ForeignSender));
    let astral = with(|draft| draft.sections = crate::sample::sections(&["astrology/goals"]));
    assert_eq!(record(astral), Err(BasisRefusal::UnknownSector));
}

#[test]
fn who_may_consent_follows_the_citizens_age() {
    use ConsentGiver::{Citizen, CustodyHolder, Guardian, YoungPerson};
    // On 1 June 2026: 14, 15, 17 and 18 years old.
    for (number, may) in [
        ("6206114000", &[CustodyHolder][..]),
        ("6106114000", &[CustodyHolder, YoungPerson]),
        ("6207084000", &[CustodyHolder, YoungPerson]),
        ("6106084000", &[Citizen, Guardian]),
    ] {
        for given_by in [Citizen, Guardian, CustodyHolder, YoungPerson] {
            let draft = with(|draft| {
                draft.ground =
                    Ground::Consent { purpose: text("x"), form: ConsentForm::OrallyNoted, given_by };
            });
            let recorded = LegalBasis::record(draft, &number.parse().unwrap(), &context());
            assert_eq!(recorded.is_ok(), may.contains(&given_by), "{number} {given_by:?}");
        }
    }
}

#[test]
fn a_custody_holders_consent_ends_before_the_citizen_is_of_age() {
    // Turns 18 on 15 June 2026; in Denmark that day begins at 23 UTC on the day before.
    let recorded = |given_by, until: &str| {
        let draft = with(|draft| {
            draft.until = Some(at(until));
            draft.ground = Ground::Consent { purpose: text("x"), form: ConsentForm::Written, given_by };
        });
        LegalBasis::record(draft, &"7506084000".parse().unwrap(), &context()).map(|_| ())
    };
    assert_eq!(recorded(ConsentGiver::CustodyHolder, "2026-06-14T23:00:00Z"), Ok(()));
    let refusal = recorded(ConsentGiver::CustodyHolder, "2026-06-15T23:00:00Z").unwrap_err();
    assert_eq!(refusal, BasisRefusal::OutlastsCustody { last: "2026-06-14".parse().unwrap() });
    assert!(refusal.what_to_do().contains("14.6.2026"), "{}", refusal.what_to_do());
    let own = recorded(ConsentGiver::YoungPerson, "2026-06-15T23:00:00Z");
    assert_eq!(own, Ok(()), "it is the citizen's own, before and after");
}

#[test]
fn a_basis_covers_its_own_case_recipient_and_time_alone() {
    let basis = record(consent()).unwrap();
    let now = context().now;
    let covers = |case, from, to, now| basis.covers(case, from, to, now).map(BTreeSet::len);
    assert_eq!(covers(case(), gribskov(), hilleroed(), now), Ok(2));
    let other_case = CaseHandle::from_bytes([8; 16]);
    let furesoe = "0190".parse().unwrap();
    assert_eq!(covers(other_case, gribskov(), hilleroed(), now), Err(BasisProblem::OtherCase));
    assert_eq!(covers(case(), furesoe, hilleroed(), now), Err(BasisProblem::OtherSender));
    assert_eq!(covers(case(), gribskov(), furesoe, now), Err(BasisProblem::OtherRecipient));
    let on = |text: &str| covers(case(), gribskov(), hilleroed(), at(text));
    assert_eq!(on("2026-05-31T23:59:59Z"), Err(BasisProblem::NotYetValid));
    assert_eq!(on("2026-06-30T23:59:59Z"), Ok(2));
    assert_eq!(on("2026-07-01T00:00:00Z"), Err(BasisProblem::Expired));
    let withdrawn = basis.clone().withdrawn(context().stamp());
    assert_eq!(withdrawn.covers(case(), gribskov(), hilleroed(), now), Err(BasisProblem::Withdrawn));
}

#[test]
fn the_first_withdrawal_stands() {
    let later = Context { now: at("2026-06-02T10:00:00Z"), ..context() };
    let basis = record(consent()).unwrap().withdrawn(context().stamp()).withdrawn(later.stamp());
    assert_eq!(basis.withdrawal(), Some(&context().stamp()));
}

#[test]
fn a_plan_keeps_its_bases_and_only_a_consent_is_withdrawn() {
    let plan = after(empty_plan(), PlanCommand::RecordBasis(Box::new(consent())));
    let again = decide(Some(&plan), PlanCommand::RecordBasis(Box::new(consent())), &context());
    assert_eq!(again, Ok(vec![]), "sent twice is done once");
    let other = BasisDraft { provision: "retssikkerhedsloven-11".to_owned(), ..consent() };
    let refused = |plan: &Plan, command| decide(Some(plan), command, &context()).unwrap_err();
    assert_eq!(refused(&plan, PlanCommand::RecordBasis(Box::new(other))), PlanRefusal::IdInUse);
    let unknown = BasisId::from_bytes([5; 16]);
    assert_eq!(refused(&plan, PlanCommand::WithdrawBasis { id: unknown }), PlanRefusal::NoSuchBasis);
    let plan = after(plan, PlanCommand::WithdrawBasis { id: consent().id });
    assert!(plan.bases[&consent().id].withdrawal().is_some());
    let plan = after(empty_plan(), PlanCommand::RecordBasis(Box::new(statute())));
    assert_eq!(refused(&plan, PlanCommand::WithdrawBasis { id: statute().id }), PlanRefusal::NotAConsent);
}

#[test]
fn a_basis_is_read_as_it_was_written_and_a_general_one_is_not_read() {
    for draft in [consent(), duty(), statute()] {
        let basis = record(draft).unwrap();
        let mut json = serde_json::to_value(&basis).unwrap();
        assert_eq!(serde_json::from_value::<LegalBasis>(json.clone()).unwrap(), basis);
        json["basis"]["to"] = serde_json::Value::Null;
        assert!(serde_json::from_value::<LegalBasis>(json).is_err());
    }
}

proptest! {
    #[test]
    fn a_consent_covers_exactly_its_time(seconds in 0_i64..4_000_000_000) {
        let basis = record(consent()).unwrap();
        let now = Timestamp::from_second(seconds).unwrap();
        let within = consent().valid_from <= now && now < consent().until.unwrap();
        prop_assert_eq!(basis.covers(case(), gribskov(), hilleroed(), now).is_ok(), within);
    }

    #[test]
    fn no_words_of_a_basis_are_shown_in_debug(words in "[a-zæøå]{12,40}") {
        let mut draft = duty();
        draft.ground = Ground::OtherStatute { reason: text(&words) };
        draft.provision = String::from("retssikkerhedsloven-9");
        let shown = format!("{:?}", record(draft).unwrap());
        prop_assert!(!shown.contains(&words));
    }
}
