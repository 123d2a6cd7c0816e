//! Passwords of local accounts: Argon2id, with the parameters that OWASP's Password Storage Cheat Sheet gives.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// The fewest characters in a password.
pub(crate) const FEWEST_CHARACTERS: usize = 12;
/// The most bytes: more would only cost time.
const MOST_BYTES: usize = 1024;

const MEMORY_KIBIBYTES: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;

/// A password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordRefused {
    /// Easily guessed.
    #[error("the password has fewer than {FEWEST_CHARACTERS} characters: choose a longer one")]
    TooShort,
    /// Longer than anybody types.
    #[error("the password has more than {MOST_BYTES} bytes: choose a shorter one")]
    TooLong,
    /// The system gave no random bytes, or no memory.
    #[error("the password could not be hashed: the system gave no random bytes or too little memory")]
    NotHashed,
}

/// What to store of a password: its hash with a fresh salt, in PHC form. Takes some 20 ms of one core and 19 MiB, on
/// purpose: call it where that may wait.
pub(crate) fn hash(password: &str) -> Result<String, PasswordRefused> {
    if password.chars().count() < FEWEST_CHARACTERS {
        return Err(PasswordRefused::TooShort);
    }
    if password.len() > MOST_BYTES {
        return Err(PasswordRefused::TooLong);
    }
    let mut salt = [0; SALT_BYTES];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| PasswordRefused::NotHashed)?;
    let params =
        Params::new(MEMORY_KIBIBYTES, PASSES, LANES, None).map_err(|_| PasswordRefused::NotHashed)?;
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| PasswordRefused::NotHashed)?;
    Ok(hash.to_string())
}

/// Whether this is the password of that hash. Takes as long as [`hash`].
///
/// A hash that cannot be read is nobody's password.
pub(crate) fn verify(password: &str, stored: &str) -> bool {
    password.len() <= MOST_BYTES
        && PasswordHash::new(stored)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let stored = hash("korrekt hest batteri").unwrap();
        assert!(verify("korrekt hest batteri", &stored));
        assert!(!verify("korrekt hest batter1", &stored));
        assert!(!verify("", &stored));
    }

    #[test]
    fn a_hash_says_how_it_was_made_and_never_twice_the_same() {
        let (first, second) = (hash("korrekt hest batteri").unwrap(), hash("korrekt hest batteri").unwrap());
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_ne!(first, second);
    }

    #[test]
    fn a_password_too_short_or_too_long_is_refused() {
        assert_eq!(hash("elleve tegn"), Err(PasswordRefused::TooShort));
        assert_eq!(hash(&"a".repeat(1025)), Err(PasswordRefused::TooLong));
        assert!(hash("tolv tegn æø").is_ok());
    }

    #[test]
    fn a_stored_hash_that_cannot_be_read_lets_nobody_in() {
        for stored in ["", "x", "$argon2id$v=19$m=19456,t=2,p=1$AAAA", "$2b$12$abc"] {
            assert!(!verify("", stored) && !verify("x", stored), "{stored}");
        }
    }
}
