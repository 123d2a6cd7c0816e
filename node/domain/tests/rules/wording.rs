//! What is said of a legal basis, and of withdrawing it, in plain Danish.

use std::collections::BTreeSet;

use crate::sample::{
    add, after, consent, context, empty_plan, gribskov, hilleroed, new_goal, sections, text,
};
use enplan_domain::basis::{
    BasisDraft, BasisRefusal, ConsentForm, ConsentGiver, Ground, LegalBasis, WhoConsents, WithdrawalEffect,
};
use enplan_domain::handover::{
    CommittedPackage, Digest, Ending, Hold, PreviewVersion, Signature, Source, SourcePhase, WrappedKey,
};
use enplan_domain::plan::{Citizen, Code, ItemKey, Plan, PlanCommand, PlanRefusal, decide};
use enplan_domain::terminology::{Limits, Loaded, Terminology, read_code_system};
use enplan_domain::{CaseHandle, Cpr, Epoch, Narrative, Timestamp, TransferId};
use serde_json::json;
use uuid::Uuid;

fn goal(number: u128, sector: &str, words: &str) -> PlanCommand {
    add(number, new_goal(sector, words))
}

fn key(number: u128) -> ItemKey {
    format!("Goal/{}", Uuid::from_u128(number)).parse().unwrap()
}

/// A plan with a goal in each of two sectors.
fn plan() -> Plan {
    let plan = after(empty_plan(), goal(1, "social", "Egen bolig"));
    after(plan, goal(2, "employment", "Komme i arbejde"))
}

/// The same, of somebody with this number.
fn plan_of(number: &str) -> Plan {
    let citizen = Citizen::new(number.parse().unwrap());
    Plan { citizen, ..plan() }
}

fn duty(material: &[ItemKey]) -> BasisDraft {
    BasisDraft {
        provision: String::from("barnets-lov-132"),
        until: None,
        ground: Ground::StatutoryDuty {
            assessment: text("Der er behov for særlig støtte"),
            summary: text("Skolen og kommunen er enige"),
            material: material.iter().cloned().collect(),
        },
        ..consent()
    }
}

fn recorded(draft: BasisDraft) -> LegalBasis {
    let citizen: Cpr = crate::sample::CITIZEN.parse().unwrap();
    LegalBasis::record(draft, &citizen, &context()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_consent_reads_as_the_citizen_could_read_it() {
    let said = recorded(consent()).wording(&plan(), &Terminology::default(), context().now).to_string();
    assert_eq!(
        said,
        "Samtykke til at sende oplysninger fra Gribskov Kommune til Hillerød Kommune

Hvem giver lov til hvad
Borgeren giver Gribskov Kommune lov til at sende oplysninger fra planen til Hillerød Kommune.

Formålet
Planen skal følge med til Hillerød

Hvilke oplysninger
Kun disse oplysninger må sendes:
- Social indsats for voksne: Mål og delmål, Indsatser

Hvordan det er givet
Samtykket er givet skriftligt, af borgeren selv.
anne.jensen i Gribskov Kommune har registreret det den 1. juni 2026.

Hvor længe det gælder
Det gælder fra den 1. juni 2026 til og med den 30. juni 2026.

Hvis det trækkes tilbage
Samtykket kan når som helst trækkes tilbage ved at sige det til Gribskov Kommune. Det kræver ingen begrundelse.
Så sendes der ikke mere på det, og en overdragelse, der ikke er besluttet, stoppes.
Oplysninger, som Hillerød Kommune allerede har fået ansvaret for, bliver der: Hillerød Kommune behandler dem på sit \
eget retsgrundlag.
At føre planen tilbage er en ny overdragelse.

Loven
Samtykket er indhentet efter retssikkerhedsloven § 11 a. Det er en garanti for borgeren.
Kommunens behandling af oplysningerne hviler på databeskyttelsesforordningens artikel 6, stk. 1, litra e, og artikel 9, \
stk. 2, litra f.
"
    );
}

#[test]
fn whoever_gave_a_consent_and_how_is_said() {
    let said = |given_by, form| {
        let ground = Ground::Consent { purpose: text("Støtte"), form, given_by };
        let draft = BasisDraft { ground, ..consent() };
        // A child of ten, a young person of sixteen, and somebody of age.
        let number = match given_by {
            ConsentGiver::CustodyHolder => "6101164000",
            ConsentGiver::YoungPerson => "6101104000",
            _ => crate::sample::CITIZEN,
        };
        let basis = LegalBasis::record(draft, &number.parse().unwrap(), &context()).unwrap();
        basis.wording(&plan_of(number), &Terminology::default(), context().now).to_string()
    };
    let guardian = said(ConsentGiver::Guardian, ConsentForm::OrallyNoted);
    assert!(guardian.contains("Værgen giver på borgerens vegne Gribskov Kommune lov"), "{guardian}");
    assert!(guardian.contains("givet mundtligt og skrevet ned af kommunen, af værgen."), "{guardian}");
    let custody = said(ConsentGiver::CustodyHolder, ConsentForm::Written);
    assert!(custody.contains("Forældremyndighedens indehaver giver på barnets vegne"), "{custody}");
    let young = said(ConsentGiver::YoungPerson, ConsentForm::Digital);
    assert!(
        young.contains("Den unge giver selv") && young.contains("digitalt, af den unge selv."),
        "{young}"
    );
}

#[test]
fn a_consent_that_no_longer_holds_says_so() {
    let basis = recorded(consent());
    let said = |basis: &LegalBasis, now| basis.wording(&plan(), &Terminology::default(), at(now)).to_string();
    assert!(said(&basis, "2026-05-30T10:00:00Z").contains("Det gælder ikke endnu."));
    assert!(said(&basis, "2026-07-01T10:00:00Z").contains("Det er udløbet."));
    let during = said(&basis, "2026-06-10T10:00:00Z");
    assert!(!during.contains("udløbet") && !during.contains("ikke endnu"), "{during}");
    let withdrawn = said(&basis.withdrawn(context().stamp()), "2026-06-10T10:00:00Z");
    assert!(withdrawn.contains("Samtykket er trukket tilbage den 1. juni 2026."), "{withdrawn}");
    assert!(!withdrawn.contains("når som helst"), "{withdrawn}");
}

#[test]
fn at_the_receiver_a_basis_is_used_and_nothing_can_be_stopped() {
    let arrived = Plan { municipality: hilleroed(), ..plan() };
    let said = recorded(consent()).wording(&arrived, &Terminology::default(), context().now).to_string();
    assert!(
        said.contains("Samtykket er brugt: planen er sendt, og den er nu hos Hillerød Kommune."),
        "{said}"
    );
    assert!(said.contains("At føre planen tilbage er en ny overdragelse."), "{said}");
    assert!(!said.contains("når som helst") && !said.contains("sendes der ikke mere"), "{said}");
    let said =
        recorded(duty(&[key(1)])).wording(&arrived, &Terminology::default(), context().now).to_string();
    assert!(said.contains("Det er brugt: planen er sendt."), "{said}");
}

#[test]
fn a_duty_shows_what_it_follows_from_and_what_is_sent_item_by_item() {
    let said = recorded(duty(&[key(1), key(9)]))
        .wording(&plan(), &Terminology::default(), context().now)
        .to_string();
    for sentence in [
        "Underretning efter barnets lov § 132 fra Gribskov Kommune til Hillerød Kommune\n",
        "har derfor pligt til at underrette Hillerød Kommune efter barnets lov § 132.\n",
        "\nVurderingen\nDer er behov for særlig støtte\n",
        "\nSammenfatning af de relevante vurderinger\nSkolen og kommunen er enige\n",
        "- Mål og delmål: »Egen bolig« (Social indsats for voksne)\n",
        "- Goal/00000000-0000-0000-0000-000000000009 (er ikke i planen nu)\n",
        "Der bliver ikke bedt om samtykke",
    ] {
        assert!(said.contains(sentence), "»{sentence}« in {said}");
    }
    assert!(!said.contains("Komme i arbejde") && !said.contains("trækkes tilbage"), "{said}");
}

#[test]
fn what_is_sent_and_has_codes_alone_is_named_by_the_words_of_their_system() {
    let mut plan = plan();
    let item = plan.items.get_mut(&key(1)).unwrap();
    let system = "http://example.org/TESTDATA/CodeSystem/support";
    item.text = Narrative::default();
    item.codes = vec![Code { system: system.to_owned(), code: "1".to_owned(), display: None }];
    let file = json!({
        "resourceType": "CodeSystem", "url": system, "name": "Support", "status": "active", "content": "complete",
        "concept": [{ "code": "1", "display": "Afklaring" }],
    });
    let system = read_code_system(file.to_string().as_bytes(), Limits::default()).unwrap();
    let mut loaded = Terminology::default();
    loaded.load(Loaded { system, stamp: context().stamp() });

    let said =
        |words: &Terminology| recorded(duty(&[key(1)])).wording(&plan, words, context().now).to_string();
    let (with, without) = (said(&loaded), said(&Terminology::default()));
    assert!(with.contains("- Mål og delmål: »Afklaring« (Social indsats for voksne)\n"), "{with}");
    assert!(without.contains("- Mål og delmål: »1« (Social indsats for voksne)\n"), "{without}");
}

#[test]
fn who_is_told_of_a_duty_follows_the_citizens_age() {
    let said = |number: &str| {
        recorded(duty(&[key(1)]))
            .wording(&plan_of(number), &Terminology::default(), context().now)
            .to_string()
    };
    // On 1 June 2026: nine, ten and 45 years old.
    let small = said("6206164000");
    assert!(small.contains("\nForældremyndighedens indehaver skal have at vide"), "{small}");
    let party = said("6106164000");
    assert!(party.contains("indehaver og barnet eller den unge selv skal have at vide"), "{party}");
    assert!(said(crate::sample::CITIZEN).contains("\nBorgeren skal have at vide"));
}

#[test]
fn another_statute_says_its_provision_and_why_it_applies() {
    let ground = Ground::OtherStatute { reason: text("Handlekommunen skifter") };
    let draft = BasisDraft { provision: String::from("retssikkerhedsloven-9"), ground, ..consent() };
    let said = recorded(draft).wording(&plan(), &Terminology::default(), context().now).to_string();
    assert!(said.contains("efter retssikkerhedsloven § 9.\nHandlekommunen skifter\n"), "{said}");
    assert!(said.contains("videregivelsen hviler på loven"), "{said}");
}

#[test]
fn no_words_of_a_wording_are_shown_in_debug() {
    let wording = recorded(duty(&[key(1)])).wording(&plan(), &Terminology::default(), context().now);
    assert_eq!(format!("{wording:?}"), "Wording(8 parts)");
    assert_eq!(format!("{:?}", wording.parts[1]), "Part(masked)");
}

#[test]
fn what_a_basis_does_not_cover_of_the_plan_is_named() {
    let plan = plan();
    assert_eq!(consent().not_covered(&plan), sections(&["employment/goals"]));
    let more = after(plan.clone(), goal(3, "social", "Gå på biblioteket"));
    assert_eq!(consent().not_covered(&more), sections(&["employment/goals"]));
    // Of a duty, what lies in the section and is not the material named.
    assert_eq!(duty(&[key(1)]).not_covered(&more), sections(&["employment/goals", "social/goals"]));
    let all = BasisDraft { sections: plan.sections(), ..consent() };
    assert_eq!(all.not_covered(&plan), BTreeSet::new());
}

#[test]
fn a_duty_names_only_material_that_would_be_sent() {
    let record = |material: &[ItemKey]| {
        decide(Some(&plan()), PlanCommand::RecordBasis(Box::new(duty(material))), &context()).map(|_| ())
    };
    assert_eq!(record(&[key(1)]), Ok(()));
    let not_there = Err(PlanRefusal::from(BasisRefusal::MaterialNotThere));
    assert_eq!(record(&[key(1), key(9)]), not_there);
    assert_eq!(record(&[key(2)]), not_there, "it is in a section that is not named");
}

#[test]
fn a_refused_giver_is_told_whose_consent_it_is() {
    let refused = |number: &str, given_by| {
        let ground = Ground::Consent { purpose: text("Støtte"), form: ConsentForm::Written, given_by };
        let draft = BasisDraft { ground, ..consent() };
        LegalBasis::record(draft, &number.parse().unwrap(), &context()).unwrap_err()
    };
    for (number, given_by, who, words) in [
        (
            "6206114000",
            ConsentGiver::YoungPerson,
            WhoConsents::CustodyHolder,
            "forældremyndighedens indehaver",
        ),
        ("6206114000", ConsentGiver::Guardian, WhoConsents::CustodyHolder, "forældremyndighedens indehaver"),
        ("6106104000", ConsentGiver::Citizen, WhoConsents::YoungPersonOrCustodyHolder, "den unge selv"),
        ("6106084000", ConsentGiver::CustodyHolder, WhoConsents::CitizenOrGuardian, "borgeren selv"),
    ] {
        let refusal = refused(number, given_by);
        assert_eq!(refusal, BasisRefusal::NotTheirsToGive(who), "{number} {given_by:?}");
        assert!(refusal.what_to_do().contains(words), "{}", refusal.what_to_do());
    }
}

const TRANSFER: TransferId = TransferId::from_bytes([3; 16]);

fn source(phase: SourcePhase) -> Source {
    let handle = CaseHandle::from_bytes([7; 16]);
    let offered =
        Source::offer(TRANSFER, handle, Epoch::FIRST, hilleroed(), PreviewVersion([0; 32]), context().now);
    Source { phase, ..offered }
}

#[test]
fn a_withdrawal_does_to_a_handover_what_its_phase_still_allows() {
    let package = CommittedPackage { digest: Digest([0; 32]), wrapped_key: WrappedKey(Vec::new()) };
    let effect = |phase| {
        let source = source(phase);
        recorded(consent()).withdrawal_effect(gribskov(), source.hold(), Some(&source))
    };
    let stops = WithdrawalEffect::StopsHandover(TRANSFER);
    assert_eq!(effect(SourcePhase::Offered { registered: false }), stops);
    assert_eq!(effect(SourcePhase::Offered { registered: true }), stops);
    assert_eq!(effect(SourcePhase::Frozen { package: package.clone(), since: context().now }), stops);
    let receipt = Signature(Vec::new());
    let committing = SourcePhase::Committing { package: package.clone(), receipt };
    assert_eq!(effect(committing), WithdrawalEffect::RacesCommit(TRANSFER));
    let aborting = SourcePhase::Aborting { why: Ending::Revoked, frozen: true };
    assert_eq!(effect(aborting), WithdrawalEffect::HandoverStopsAlready(TRANSFER));
    assert_eq!(effect(SourcePhase::Pending { package }), WithdrawalEffect::TooLate);
    assert_eq!(effect(SourcePhase::HandedOver { retired: true }), WithdrawalEffect::TooLate);
    let aborted = SourcePhase::Aborted { why: Ending::Revoked, told: true };
    assert_eq!(effect(aborted), WithdrawalEffect::StopsSending);
}

#[test]
fn a_withdrawal_where_nothing_rests_on_the_consent_stops_what_would_be_sent() {
    let basis = recorded(consent());
    let effect = |basis: &LegalBasis, at| basis.withdrawal_effect(at, Hold::Active, None);
    assert_eq!(effect(&basis, gribskov()), WithdrawalEffect::StopsSending);
    // The receiver has the consent with the plan, and nothing that it could stop.
    assert_eq!(effect(&basis, hilleroed()), WithdrawalEffect::TooLate);
    let withdrawn = basis.withdrawn(context().stamp());
    assert_eq!(effect(&withdrawn, gribskov()), WithdrawalEffect::WithdrawnAlready);
}
