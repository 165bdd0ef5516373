//! MLKEM768-X25519, also called X-Wing: the key encapsulation of age's post-quantum recipients, as HPKE wants it.

use hpke::generic_array::GenericArray;
use hpke::generic_array::typenum::{Sum, U32, U96, U192, U1024, Unsigned as _};
use hpke::kem::SharedSecret;
use hpke::rand_core::{CryptoRng, RngCore};
use hpke::{Deserializable, HpkeError, Kem, Serializable};
use ml_kem::kem::{Decapsulate as _, Encapsulate as _};
use ml_kem::{EncodedSizeUser as _, KemCore, MlKem768};
use sha3::digest::{Digest as _, ExtendableOutput as _, Update as _, XofReader as _};
use sha3::{Sha3_256, Shake256};
use x25519_dalek::{PublicKey as Point, StaticSecret};
use zeroize::{Zeroize as _, Zeroizing};

type Lattice = <MlKem768 as KemCore>::DecapsulationKey;
type LatticePublic = <MlKem768 as KemCore>::EncapsulationKey;

const LABEL: &[u8] = br"\.//^\";
const POINT: usize = 32;

/// A value that is just its bytes.
macro_rules! bytes {
    ($(#[$doc:meta])* $name:ident, $size:ty) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub(super) struct $name(pub(super) Vec<u8>);

        impl Serializable for $name {
            type OutputSize = $size;

            fn write_exact(&self, buffer: &mut [u8]) {
                buffer.iter_mut().zip(&self.0).for_each(|(to, from)| *to = *from);
            }
        }

        impl Deserializable for $name {
            fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
                let size = <$size>::to_usize();
                match bytes.len() == size {
                    true => Ok(Self(bytes.to_vec())),
                    false => Err(HpkeError::IncorrectInputLength(size, bytes.len())),
                }
            }
        }
    };
}

bytes!(
    /// The key of the lattice, then the point of the curve.
    Public, Sum<U1024, U192>
);
bytes!(
    /// The seed that both private keys come from; erases itself.
    Seed, U32
);
bytes!(
    /// The ciphertext of the lattice, then the point of the curve.
    Encapsulated, Sum<U1024, U96>
);

impl Drop for Seed {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Public {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Public").finish_non_exhaustive()
    }
}

/// The two private keys of a seed.
fn expanded(seed: &[u8]) -> (Lattice, StaticSecret) {
    let mut reader = Shake256::default().chain(seed).finalize_xof();
    let [mut d, mut z, mut curve] = [[0; 32]; 3];
    reader.read(&mut d);
    reader.read(&mut z);
    reader.read(&mut curve);
    let (lattice, _) = MlKem768::generate_deterministic(&d.into(), &z.into());
    let secret = StaticSecret::from(curve);
    [d, z, curve].zeroize();
    (lattice, secret)
}

fn combined(lattice: &[u8], curve: &[u8; POINT], share: &[u8], public: &[u8]) -> GenericArray<u8, U32> {
    let parts = [lattice, curve, share, public, LABEL];
    let digest = parts.iter().fold(Sha3_256::new(), |hash, part| hash.chain_update(part));
    GenericArray::clone_from_slice(&digest.finalize())
}

fn halves(bytes: &[u8]) -> Result<(&[u8], [u8; POINT]), HpkeError> {
    let (rest, point) = bytes.split_last_chunk().ok_or(HpkeError::ValidationError)?;
    Ok((rest, *point))
}

/// The scheme.
pub(super) struct XWing;

impl Kem for XWing {
    type PublicKey = Public;
    type PrivateKey = Seed;
    type EncappedKey = Encapsulated;
    type NSecret = U32;
    const KEM_ID: u16 = 0x647a;

    fn sk_to_pk(seed: &Seed) -> Public {
        let (lattice, secret) = expanded(&seed.0);
        Public([lattice.encapsulation_key().as_bytes().as_slice(), Point::from(&secret).as_bytes()].concat())
    }

    /// A seed is what key material is, so it is one already; only its length is made to fit.
    fn derive_keypair(material: &[u8]) -> (Seed, Public) {
        let mut seed = Zeroizing::new([0; POINT]);
        Shake256::default().chain(material).finalize_xof().read(&mut *seed);
        let seed = Seed(seed.to_vec());
        let public = Self::sk_to_pk(&seed);
        (seed, public)
    }

    fn encap<R: CryptoRng + RngCore>(
        public: &Public,
        sender: Option<(&Seed, &Public)>,
        random: &mut R,
    ) -> Result<(SharedSecret<Self>, Encapsulated), HpkeError> {
        let (lattice, point) = halves(&public.0)?;
        let lattice = lattice.try_into().map_err(|_| HpkeError::ValidationError)?;
        if sender.is_some() {
            return Err(HpkeError::EncapError);
        }
        let lattice = LatticePublic::from_bytes(lattice);
        let (sealed, first) = lattice.encapsulate(random).map_err(|()| HpkeError::EncapError)?;
        let secret = StaticSecret::random_from_rng(random);
        let share = Point::from(&secret);
        let second = secret.diffie_hellman(&Point::from(point));
        let shared = combined(&first, second.as_bytes(), share.as_bytes(), &point);
        Ok((SharedSecret(shared), Encapsulated([sealed.as_slice(), share.as_bytes()].concat())))
    }

    fn decap(
        seed: &Seed,
        sender: Option<&Public>,
        sealed: &Encapsulated,
    ) -> Result<SharedSecret<Self>, HpkeError> {
        let (body, share) = halves(&sealed.0)?;
        let body = body.try_into().map_err(|_| HpkeError::DecapError)?;
        if sender.is_some() {
            return Err(HpkeError::DecapError);
        }
        let (lattice, secret) = expanded(&seed.0);
        let first = lattice.decapsulate(body).map_err(|()| HpkeError::DecapError)?;
        let second = secret.diffie_hellman(&Point::from(share));
        if !second.was_contributory() {
            return Err(HpkeError::DecapError);
        }
        let public = Point::from(&secret);
        Ok(SharedSecret(combined(&first, second.as_bytes(), &share, public.as_bytes())))
    }
}
