//! The rules of a legal basis, one by one.
