//! The reference page of all problems, made from the crates' own tables.

use crate::Entry;

/// A Markdown page with one row a code, sorted by code.
#[must_use]
pub fn reference_page(tables: &[&[Entry]]) -> String {
    let mut entries: Vec<&Entry> = tables.iter().copied().flatten().collect();
    entries.sort_by_key(|entry| entry.code);
    let mut page = String::from(
        "# Problems\n\nEvery problem has a code that scripts may match on; it never changes.\n\
         This page is made by `cargo xtask docs`.\n\n| code | what it means | what to do |\n|---|---|---|\n",
    );
    for Entry { code, means, next } in entries {
        page.push_str(&format!("| `{code}` | {} | {} |\n", cell(means), cell(next)));
    }
    page
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
