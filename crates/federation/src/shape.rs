//! What the value of a key may look like.

/// The form of a value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// The number 1: the version of the file's form.
    Version,
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A whole number of at least one.
    Count,
    /// `true` or `false`.
    Flag,
    /// A path relative to the file, which does not leave its folder.
    Path,
    /// A path whose last part holds `*`.
    Glob,
    /// `90s`, `10m`, `1h30m`.
    Duration,
    /// An absolute http or https URL.
    Url,
    /// A name that Kubernetes and Helm accept.
    Name,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list, each item of one form.
    List(&'static Shape),
    /// A table with these keys.
    Table(&'static Table),
    /// A table whose keys are names chosen by the author, each with a table of these keys.
    Named(&'static Table),
    /// No value.
    Nothing,
    /// One of several forms.
    Either(&'static [Shape]),
}

/// Whether `deploy` does today what a key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acts {
    /// It does.
    Now,
    /// Not yet: the key is read and checked, and a run that meets it is refused.
    NotYet,
}

/// One key of a table.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// The form of its value.
    pub shape: Shape,
    /// Whether a table without it is refused.
    pub needed: bool,
    /// Whether `deploy` does today what it says.
    pub acts: Acts,
    /// What it is for, in one sentence.
    pub means: &'static str,
}

/// The keys that stand together in one table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// The table in words, with its article: `a member`.
    pub name: &'static str,
    /// Its keys, in the order in which they are best written.
    pub keys: &'static [Key],
}

impl Table {
    /// The key of that name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of the keys, in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.keys.iter().map(|key| key.name)
    }
}
