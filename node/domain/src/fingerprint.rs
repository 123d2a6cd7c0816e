//! Whether something is still the same: a number that changes when it does.

use serde::Serialize;

/// A number of what these values say: FNV-1a over what they would be stored as. It recognises them again, and is for what
/// is kept sealed: no cryptographic hash.
pub(crate) fn fingerprint(values: impl IntoIterator<Item = impl Serialize>) -> String {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash = BASIS;
    for value in values {
        for byte in serde_json::to_value(value).unwrap_or_default().to_string().bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:016x}")
}
