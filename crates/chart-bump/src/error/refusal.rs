//! Why a scalar cannot be replaced in place.

/// Why a scalar is left alone; the texts end every such error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The value is `*name`.
    #[error("the value is an alias: changing it would change the anchor and all who share it")]
    Alias,
    /// The path goes on behind `*name`.
    #[error("the path leads through an alias: the value stands elsewhere, and others share it")]
    ThroughAlias,
    /// The value comes from `<<`.
    #[error("the value comes from a merge key: it stands elsewhere, and others share it")]
    MergeKey,
    /// The key stands twice.
    #[error("the key stands twice in this mapping, and readers differ on which one counts")]
    DuplicateKey,
    /// `|` or `>`.
    #[error("the value is a block of lines, which is not replaced in place")]
    BlockScalar,
    /// Nothing behind the colon.
    #[error("there is no value to replace: nothing is written here")]
    Empty,
    /// A mapping or a list.
    #[error("the path ends at a mapping or a list, not at a single value")]
    Collection,
    /// `!!int 3`.
    #[error("a tag gives this value a type of its own, which a text cannot keep")]
    Typed,
}
