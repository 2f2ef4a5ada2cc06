//! Numbers as signs that a script can hold in a string and that compress well: a number below 64 is one sign, and each sign before the last one
//! stands for a further factor of 26. The client reads them with the same table (`core.js`).

/// The signs: all that can be printed but those that a JavaScript string cannot hold as they are, and `<`.
const SIGNS: &[u8; 90] = b"!#$%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// How many signs end a number.
const LAST: u32 = 64;

/// How many signs say that it goes on.
const MORE: u32 = 26;

/// Appends a number.
pub(super) fn push(out: &mut String, value: u32) {
    let mut rest = value / LAST;
    let mut more = [0_u32; 6];
    let mut count = 0;
    while rest > 0 {
        more[count] = rest % MORE;
        rest /= MORE;
        count += 1;
    }
    for digit in more[..count].iter().rev() {
        out.push(sign(LAST + digit));
    }
    out.push(sign(value % LAST));
}

fn sign(index: u32) -> char {
    SIGNS.get(index as usize).copied().map_or('!', char::from)
}

/// The signs, for the client.
pub(super) fn signs() -> &'static str {
    std::str::from_utf8(SIGNS).unwrap_or_default()
}
