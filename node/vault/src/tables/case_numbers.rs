//! `case_numbers`: which cases a citizen's numbers lead to.

use std::collections::BTreeSet;

use enplan_domain::CaseId;
use sqlx::SqliteConnection;

use super::rows::ManyRows;

static NUMBERS: ManyRows = ManyRows::insert(
    "INSERT INTO case_numbers (cpr_index, case_id) VALUES",
    2,
    "ON CONFLICT (cpr_index, case_id) DO NOTHING",
);

/// Adds to the numbers that lead to these cases. None is ever removed: who had a number is found by it.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    numbers: &BTreeSet<([u8; 32], CaseId)>,
) -> Result<(), sqlx::Error> {
    let numbers: Vec<_> = numbers.iter().collect();
    NUMBERS
        .execute(connection, &numbers, |query, (cpr_index, case)| {
            query.bind(cpr_index.to_vec()).bind(case.to_bytes().to_vec())
        })
        .await
}
