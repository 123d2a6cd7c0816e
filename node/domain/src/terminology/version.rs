//! Which of two versions is the newer one.

/// Whether `offered` is newer than `loaded`, as far as can be told: both count in numbers between full stops or dashes, as
/// `20240530`, `2.3.0` and `2024-05-30` do. FHIR lets a publisher count in any way, and then nobody can tell.
pub(super) fn is_newer(offered: Option<&str>, loaded: Option<&str>) -> bool {
    match (offered.and_then(numbers), loaded.and_then(numbers)) {
        (Some(offered), Some(loaded)) => offered > loaded,
        _ => false,
    }
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    version.split(['.', '-']).map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers_and_not_as_letters() {
        for (offered, loaded) in [("20250101", "20240530"), ("2.10.0", "2.9.9"), ("2025-01-01", "2024-12-31")]
        {
            assert!(is_newer(Some(offered), Some(loaded)), "{offered} {loaded}");
            assert!(!is_newer(Some(loaded), Some(offered)), "{loaded} {offered}");
        }
        assert!(!is_newer(Some("2.0"), Some("2.0")));
    }

    #[test]
    fn what_cannot_be_compared_is_not_newer() {
        for (offered, loaded) in [(Some("second"), Some("1")), (Some("2"), Some("first")), (Some("2"), None)]
        {
            assert!(!is_newer(offered, loaded), "{offered:?} {loaded:?}");
        }
        assert!(!is_newer(None, None));
    }
}
