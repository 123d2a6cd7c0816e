//! Where randomness comes from: the operating system's in a node, a seed in the tests.

/// A source of random bytes that nobody else can foresee.
pub trait Randomness {
    /// Fills these bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}
