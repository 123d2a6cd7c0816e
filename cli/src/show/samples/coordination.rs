//! What does not hang together, and the agenda made of it.

use enplan_proto::plan;

use super::at;

pub(crate) fn findings() -> plan::v1::ListFindingsResponse {
    let finding = |code: &str, title: &str, text: &str, items: &[&str]| plan::v1::Finding {
        code: code.into(),
        title: title.into(),
        text: text.into(),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        conflict: code == "TOO_MANY_CONTACTS",
        acknowledged: None,
    };
    let idle = |goal: &str, id: &str| {
        let text =
            format!("Ingen gør noget for målet »{goal}«. Tilføj en indsats, eller opgiv målet med en grund.");
        finding("GOAL_WITHOUT_ACTION", "Mål uden indsats", &text, &[id])
    };
    let contacts = plan::v1::Finding {
        acknowledged: Some(plan::v1::Acknowledgement {
            by: "anna".into(),
            at: Some(at(-20)),
            reason: "Aftalt med borgeren".into(),
            item_id: "Communication/note-2".into(),
        }),
        ..finding(
            "TOO_MANY_CONTACTS",
            "Mange kontaktpersoner",
            "Borgeren har 4 kontaktpersoner: Bo Lund, Ida Dam, Jens Holm og Mia Ege. Aftal, om den med den nærmeste \
             relation kan tage flere opgaver.",
            &["CarePlan/a", "CarePlan/b"],
        )
    };
    let findings = vec![contacts, idle("Komme i arbejde", "Goal/a"), idle("Cykle", "Goal/b")];
    plan::v1::ListFindingsResponse { findings, version: 7 }
}

pub(crate) fn agenda() -> plan::v1::GetAgendaResponse {
    let point = |topic: plan::v1::Topic, finding: &str, text: &str, item: &str| plan::v1::AgendaPoint {
        topic: topic.into(),
        finding: finding.into(),
        text: text.into(),
        items: vec![item.to_owned()],
    };
    let conflict = "Mål, der trækker hver sin vej: »Ro på« og »Fuld tid«";
    let wish = "»Jeg vil gerne kunne besøge min søster«";
    plan::v1::GetAgendaResponse {
        points: vec![
            point(plan::v1::Topic::Conflict, "OPPOSING_AIMS", conflict, "Goal/a"),
            point(plan::v1::Topic::Wish, "", wish, "wish-1"),
        ],
        version: 7,
    }
}
