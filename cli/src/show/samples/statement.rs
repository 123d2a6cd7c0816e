//! What reports say of others.

use enplan_proto::{plan, statement};

use super::at;

pub(crate) fn statements() -> statement::v1::ListStatementsResponse {
    use statement::v1::{Statement, StatementKind as Kind, StatementStanding as Standing};
    let mother = Statement {
        statement_id: "RelatedPerson/mor".into(),
        kind: Kind::Relation.into(),
        standing: Standing::Waiting.into(),
        text: "mor".into(),
        name: "TESTDATA Mor".into(),
        cpr_masked: "620255-****".into(),
        kinship: plan::v1::Kinship::Parent.into(),
        source: "bundle-7".into(),
        as_of: Some(at(-30)),
        until: "2027-03-13".into(),
        ..Statement::default()
    };
    let consent = Statement {
        statement_id: "Consent/c".into(),
        kind: Kind::Consent.into(),
        text: "Samtykke, givet 07.01.2027: Hans mor må få alt at vide".into(),
        name: String::new(),
        cpr_masked: String::new(),
        kinship: 0,
        problem: "STATED_CONSENT_WITHOUT_GIVER".into(),
        problem_text: "Rapporten siger ikke, hvem der har givet samtykket.".into(),
        ..mother.clone()
    };
    let acting = Statement {
        statement_id: "CarePlan/p".into(),
        kind: Kind::Acting.into(),
        standing: Standing::Waiting.into(),
        text: "Handlekommune: Hillerød".into(),
        source: "bundle-7".into(),
        as_of: Some(at(-30)),
        ..Statement::default()
    };
    let dismissed = Statement {
        statement_id: "RelatedPerson/far".into(),
        standing: Standing::Dismissed.into(),
        as_of: Some(at(-90)),
        reason: "Han er stedfar".into(),
        decided_by: "anna".into(),
        decided_at: Some(at(-60)),
        ..Statement::default()
    };
    statement::v1::ListStatementsResponse { statements: vec![mother, consent, acting, dismissed] }
}
