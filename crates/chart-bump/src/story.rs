//! What a bump tells: the title of its commit and pull request, and the body below it.

use std::fmt::Write as _;

use crate::log::Merged;
use crate::plan::Plan;

/// Title and body, in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// `NAME: OLD...NEW`.
    pub title: String,
    /// The rest; its first line is the page that compares the two, where one is known.
    pub body: String,
}

impl Story {
    /// The story of `plan`, with what upstream `merged` between its versions.
    #[must_use]
    pub fn new(plan: &Plan, merged: &[Merged]) -> Self {
        let real: Vec<_> = plan.moves.iter().filter(|step| step.changed).collect();
        let title = real.first().map(|step| format!("{}: {}...{}", plan.name, step.old, step.new));
        let mut body = String::new();
        let mut pages: Vec<&str> =
            real.iter().filter_map(|step| step.compare.as_ref()).map(|url| url.as_str()).collect();
        pages.dedup();
        for page in pages {
            let _ = writeln!(body, "{page}");
        }
        section(&mut body, "Merged upstream", merged.iter().map(ToString::to_string));
        let places = real.iter().map(|step| format!("`{}`: {} -> {}", step.place, step.old, step.new));
        section(&mut body, "Changed here", places);
        section(&mut body, "Please note", plan.notices.iter().map(ToString::to_string));
        Self { title: title.unwrap_or_default(), body }
    }

    /// Both, as the message of a commit.
    #[must_use]
    pub fn message(&self) -> String {
        format!("{}\n\n{}", self.title, self.body)
    }
}

fn section(body: &mut String, head: &str, lines: impl Iterator<Item = String>) {
    for (at, line) in lines.enumerate() {
        if at == 0 {
            // Git takes a line that begins with `#` for a comment when a person edits the message.
            let _ = write!(body, "{}{head}:\n\n", if body.is_empty() { "" } else { "\n" });
        }
        let _ = writeln!(body, "- {line}");
    }
}
