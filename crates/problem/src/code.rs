//! Stable codes, and the table that documents them.

/// A stable name of a problem: `area.what_happened`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// A code; scripts match on it, so it is never renamed.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The code as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// One row of a crate's table of problems; the reference page is made from it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// What it means, in one sentence.
    pub means: &'static str,
    /// What to do, in one sentence.
    pub next: &'static str,
}

impl Entry {
    /// A row of a table.
    #[must_use]
    pub const fn new(code: &'static str, means: &'static str, next: &'static str) -> Self {
        Self { code: Code::new(code), means, next }
    }
}
