//! What two sources say of the same thing.

use enplan_proto::plan;

use super::plan::{item, plan};

fn candidate(id: &str, title: &str, sector: &str, source: &str) -> plan::v1::Candidate {
    let item = item(plan::v1::ItemKind::Goal, id, title);
    plan::v1::Candidate {
        item: Some(plan::v1::Item { sector: sector.into(), ..item }),
        source: source.into(),
    }
}

pub(crate) fn merge_proposals() -> plan::v1::ListMergeProposalsResponse {
    let proposal = plan::v1::MergeProposal {
        items: vec![
            candidate("Goal/a", "At gå tre kilometer om dagen", "employment", "Min Plan"),
            candidate("Goal/b", "Gå tre kilometer om dagen", "health", "rapport a1b2, Hillerød"),
        ],
        why: vec!["NEAR_WORDS".into(), "SAME_TIME".into()],
        text: "næsten samme ord, samme tid".into(),
    };
    plan::v1::ListMergeProposalsResponse { proposals: vec![proposal], version: 7 }
}

pub(crate) fn merge_preview() -> plan::v1::PreviewMergeIntoResponse {
    plan::v1::PreviewMergeIntoResponse {
        taken: vec![candidate("Goal/b", "Gå tre kilometer om dagen", "health", "rapport a1b2, Hillerød")],
        newer: vec![candidate("Goal/c", "Bo alene med støtte", "housing", "anna")],
        kept: vec![candidate("Goal/d", "Komme i arbejde", "employment", "bo")],
        relations: vec!["RelatedPerson/e".into()],
        bases_that_stay: plan().bases,
        protects: true,
        came_from: "0219".into(),
        proposals: merge_proposals().proposals,
        version: 4,
        into_version: 11,
    }
}
