//! The name of a user server.

/// The start of the name that BinderHub gives to a server of a spec: user and repository.
pub(crate) fn server_name(spec: &str) -> String {
    let parts: Vec<&str> = spec.split('/').skip(1).take(2).collect();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    parts.join("-").chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_look_as_recorded() {
        assert_eq!(server_name("gh/binder-examples/requirements/HEAD"), "binder-examples-requirements");
        assert_eq!(server_name("gh/User/my.repo/a/b"), "user-my-repo");
        assert_eq!(server_name("zenodo/10.5281%2Fzenodo.1"), "10-5281-2fzenodo-1");
        assert_eq!(server_name("gh"), "");
    }
}
