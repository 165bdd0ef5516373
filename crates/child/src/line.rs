//! One line of a program's output.

/// The longest text of a [`Line`], in bytes before decoding; what is longer is cut and marked.
pub const MAX_LINE: usize = 64 * 1024;

/// Where a line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl std::fmt::Display for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Stdout => "standard output",
            Self::Stderr => "standard error",
        })
    }
}

/// One line of output, without its line ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it was written.
    pub stream: Stream,
    /// Its text; bytes that are no UTF-8 are replaced by U+FFFD.
    pub text: String,
    /// Whether the line was longer than [`MAX_LINE`]: the rest of it is not delivered.
    pub truncated: bool,
}
