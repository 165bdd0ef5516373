//! Names and tokens that nobody can guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Error;
use std::io::Error as Cause;

/// A token of a user server: 16 bytes in 22 characters, as BinderHub makes them.
///
/// # Errors
///
/// [`Error::Random`] where the operating system gives no random bytes.
pub(crate) fn token() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Eight characters that end the name of a user server.
///
/// # Errors
///
/// [`Error::Random`] where the operating system gives no random bytes.
pub(crate) fn suffix() -> Result<String, Error> {
    letters::<8>(b"abcdefghijklmnopqrstuvwxyz0123456789")
}

/// A service account's token in Grafana's shape, 46 characters.
///
/// # Errors
///
/// [`Error::Random`] where the operating system gives no random bytes.
pub(crate) fn api_key() -> Result<String, Error> {
    let secret = letters::<32>(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")?;
    Ok(format!("glsa_{secret}_{}", letters::<8>(HEX)?))
}

/// The number of a kernel.
///
/// # Errors
///
/// [`Error::Random`] where the operating system gives no random bytes.
pub(crate) fn uuid() -> Result<String, Error> {
    let (a, b, c) = (letters::<8>(HEX)?, letters::<4>(HEX)?, letters::<3>(HEX)?);
    Ok(format!("{a}-{b}-4{c}-8{}-{}", letters::<3>(HEX)?, letters::<12>(HEX)?))
}

const HEX: &[u8] = b"0123456789abcdef";

fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| {
        let source =
            error.raw_os_error().map_or_else(|| Cause::other(error.to_string()), Cause::from_raw_os_error);
        Error::Random { source }
    })
}

fn letters<const N: usize>(alphabet: &[u8]) -> Result<String, Error> {
    let mut bytes = [0_u8; N];
    fill(&mut bytes)?;
    // Where the alphabet does not divide 256 its first letters come a little more often: no harm.
    let letter = |byte: &u8| alphabet.get(usize::from(*byte) % alphabet.len()).copied().map(char::from);
    Ok(bytes.iter().filter_map(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_recorded_length_and_differ() {
        let (one, two) = (token().unwrap(), token().unwrap());
        assert_eq!((one.len(), two.len()), (22, 22));
        assert_ne!(one, two);
    }

    #[test]
    fn suffixes_have_the_recorded_length_and_differ() {
        let (one, two) = (suffix().unwrap(), suffix().unwrap());
        assert_eq!((one.len(), two.len()), (8, 8));
        assert_ne!(one, two);
    }

    #[test]
    fn keys_and_numbers_have_the_recorded_shape() {
        let recorded = "6552d4aa-dd89-46ff-bc84-9dcc6786a58e";
        let dashes = |text: &str| text.match_indices('-').map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(dashes(&uuid().unwrap()), dashes(recorded));
        assert_eq!(uuid().unwrap().len(), recorded.len());
        let key = api_key().unwrap();
        assert!(key.len() == 46 && key.starts_with("glsa_") && key.as_bytes()[37] == b'_', "{key}");
    }
}
