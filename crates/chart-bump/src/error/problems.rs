//! The table of this crate's problems, from which the reference page is made.

use problem::{Code, Entry};

const fn row(code: &'static str, means: &'static str, next: &'static str) -> Entry {
    Entry { code: Code::new(code), means, next }
}

/// Every code of [`BumpError`](crate::BumpError).
pub const PROBLEMS: &[Entry] = &[
    row("edit.bad_path", "PATH does not follow its grammar.", "Correct it at the named column."),
    row("edit.not_utf8", "The file holds bytes that are no UTF-8.", "Save it as UTF-8."),
    row("edit.tab", "A tab indents a line of YAML.", "Replace it by spaces."),
    row("edit.broken_yaml", "The file is not YAML.", "Correct it at the named place."),
    row("edit.no_match", "The path leads nowhere.", "Correct the step that is named."),
    row("edit.several_matches", "The path leads to several places.", "Choose one by its position."),
    row("edit.alias", "The value is an alias.", "Set it where its anchor stands."),
    row("edit.through_alias", "The path leads through an alias.", "Set it where its anchor stands."),
    row("edit.merge_key", "The value comes from a merge key.", "Set it where it stands."),
    row("edit.duplicate_key", "A key of the path stands twice in its mapping.", "Remove one of the two."),
    row("edit.block_scalar", "The value is a block of lines.", "Edit it by hand."),
    row("edit.empty_value", "Nothing is written behind the key.", "Write a first value by hand."),
    row("edit.collection", "The path ends at a mapping or a list.", "Go on to a single value."),
    row("edit.typed", "A tag gives the value another type.", "Remove the tag, or edit by hand."),
    row("edit.unproven", "An edit did not pass its own proof.", "Edit by hand and report the line."),
    row("bump.unknown_name", "No chart of the repository has this dependency.", "Correct the name."),
    row("bump.no_version", "The dependency has no version.", "Write one."),
    row("bump.several_sources", "The name comes from several repositories.", "Use `bump set`."),
    row("bump.bad_target", "TARGET is no hash, version or `latest`.", "Correct it."),
    row(
        "bump.not_published",
        "Nobody published this commit or version.",
        "Wait for upstream, or give a newer index.",
    ),
    row("bump.ambiguous_hash", "The hash fits several commits.", "Give more digits."),
    row("bump.no_order", "Which version is the latest cannot be known.", "Give a hash or a version."),
    row(
        "bump.downgrade",
        "The target is older than the version in use.",
        "Pass `--allow-downgrade` if that is meant.",
    ),
    row(
        "bump.wrong_scheme",
        "The target is not of the declared scheme.",
        "Correct bump.yaml, or pass `--allow scheme`.",
    ),
    row(
        "bump.deprecated",
        "The publisher gave the chart up.",
        "Look where it has moved, or pass `--allow deprecated`.",
    ),
    row("bump.moved", "The chart goes on in another repository.", "Change the repository first."),
    row(
        "bump.diverged",
        "The target does not contain the version in use.",
        "Look at what would be lost, or pass `--allow downgrade`.",
    ),
    row("history.git", "Git did not run.", "Look whether git and the clone are there."),
    row("history.git_failed", "Git cannot read the clone of upstream.", "Look at what git says."),
    row("history.shallow", "The clone of upstream is shallow.", "Run `git fetch --unshallow` in it."),
    row("history.no_branch", "The clone has no such branch.", "Fetch, or correct bump.yaml."),
    row("history.no_commit", "The clone has no such commit, or several.", "Fetch, or give more digits."),
    row("bump.image_part", "The image has no such part to replace.", "Correct the image or `part`."),
    row("bump.other_image", "A target holds another image than the watched one.", "Correct bump.yaml."),
    row("config.unknown_key", "bump.yaml has a key that means nothing.", "Correct or remove it."),
    row("config.missing_key", "bump.yaml lacks a key.", "Write it."),
    row("config.twice", "bump.yaml names the same twice.", "Remove one of the two."),
    row("config.value", "A value of bump.yaml is not what is wanted there.", "Correct it."),
    row("source.no_lookup", "This kind of repository cannot be asked.", "Pass `--index FILE`."),
    row("source.broken_index", "What was read is no Helm index.", "Look at what lies there."),
    row("source.no_chart", "The index does not list the chart.", "Look whether it has moved."),
    row("source.unreachable", "The repository was not reached.", "Try again later."),
    row("source.status", "The repository answered with an error.", "Look whether it has moved."),
    row("source.too_large", "The index is beyond all measure.", "Look at the address."),
    row("file.read", "A file cannot be read.", "Look whether it exists and may be read."),
    row("file.write", "A file cannot be replaced.", "Look at the rights of its folder."),
    row("file.half_written", "Of several files some are replaced.", "See `git diff` and run it again."),
    row("file.changed_meanwhile", "A file changed under the edit.", "Run the command again."),
];
