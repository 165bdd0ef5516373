//! The place in a chart that Helm's message names.

use camino::Utf8Path;
use problem::Place;

use crate::Chart;

/// The first `chart/path:line:column` of a message, or a path alone where the line counts in something else.
///
/// Helm names templates as `chart-name/templates/a.yaml`; for a chart in a directory that becomes the
/// path an editor opens.
pub(crate) fn in_message(message: &str, chart: &Chart) -> Option<Place> {
    let words = message.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"' | ',' | '\''));
    words.filter_map(|word| parse(word.trim_end_matches(':'))).next().map(|(path, line, column)| {
        let inside = path.split_once('/').map_or(path, |(_, inside)| inside);
        let file = match chart.directory() {
            Some(directory) if !inside.starts_with("charts/") || directory.join(inside).exists() => {
                directory.join(inside)
            }
            _ => Utf8Path::new(path).to_owned(),
        };
        Place::new(file, line, column)
    })
}

fn parse(word: &str) -> Option<(&str, usize, usize)> {
    let mut parts = word.split(':');
    let path = parts.next()?;
    let is_template = path.contains("/templates/") || path.contains("/charts/");
    let is_file = [".yaml", ".yml", ".tpl", ".txt", ".json"].iter().any(|end| path.ends_with(end));
    if !(is_template && is_file) {
        return None;
    }
    let mut number = || parts.next().and_then(|number| number.parse().ok()).unwrap_or(0);
    Some((path, number(), number()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_found_in_both_majors_messages() {
        let directory = Chart::Directory("repo/hub".into());
        let archive = Chart::Archive("repo/hub.tgz".into());
        let cases = [
            (
                "template: hub/templates/a.yaml:3:12: executing \"hub/templates/a.yaml\" at <x>",
                "repo/hub/templates/a.yaml:3:12",
                "hub/templates/a.yaml:3:12",
            ),
            (
                "hub/templates/a.yaml:3:12\n  executing \"hub/templates/a.yaml\"",
                "repo/hub/templates/a.yaml:3:12",
                "hub/templates/a.yaml:3:12",
            ),
            (
                "YAML parse error on hub/templates/a.yaml: error converting",
                "repo/hub/templates/a.yaml",
                "hub/templates/a.yaml",
            ),
            (
                "execution error at (hub/templates/a.yaml:2:4): no",
                "repo/hub/templates/a.yaml:2:4",
                "hub/templates/a.yaml:2:4",
            ),
        ];
        for (message, in_directory, in_archive) in cases {
            assert_eq!(in_message(message, &directory).unwrap().to_string(), in_directory);
            assert_eq!(in_message(message, &archive).unwrap().to_string(), in_archive);
        }
        assert!(in_message("cannot patch \"a\" with kind ConfigMap: http://x/y.yaml", &directory).is_none());
    }
}
