//! From bytes to JSON, within limits: the same for every resource that comes as a file.

use serde_json::Value;
use serde_json::error::Category;

/// Why bytes are no JSON that is taken.
pub(crate) enum NotJson {
    /// Objects in objects in objects.
    TooDeep,
    /// It ends in the middle.
    Truncated { line: usize },
    /// Something else than JSON.
    Malformed { line: usize, column: usize },
}

/// Reads JSON (UTF-8, with or without a byte order mark) of at most so many levels.
pub(crate) fn read_json(bytes: &[u8], levels: usize) -> Result<Value, NotJson> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if depth(bytes) > levels {
        return Err(NotJson::TooDeep);
    }
    serde_json::from_slice(bytes).map_err(|e| match e.classify() {
        Category::Eof if bytes.iter().any(|b| !b.is_ascii_whitespace()) => {
            NotJson::Truncated { line: e.line() }
        }
        _ => NotJson::Malformed { line: e.line(), column: e.column() },
    })
}

/// How many objects and lists are open at once, at most. Counts ahead of the reader, so that a file made to exhaust
/// the stack is refused as what it is.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
