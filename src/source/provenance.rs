//! Where bytes came from. Every value that can reach an output carries the set of files it was made of, and the set can only grow.

use std::sync::{Arc, PoisonError, RwLock};

use ahash::HashMap;

use crate::text::FileId;

/// A set of files, shared: a union points to its parts, so a navigation on ten thousand pages costs one node. Unions are made of all their
/// parts at once, never by adding one part after the other: a chain of a hundred thousand could not be taken apart again.
#[derive(Clone, Debug, Default)]
pub struct Provenance(Option<Arc<Node>>);

#[derive(Debug)]
enum Node {
    File(FileId),
    Union(Box<[Provenance]>),
}

impl Provenance {
    /// Bytes of one file.
    #[must_use]
    pub fn file(file: FileId) -> Self {
        Self(Some(Arc::new(Node::File(file))))
    }

    /// Bytes of all of `parts`.
    #[must_use]
    pub fn union(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts: Vec<Self> = parts.into_iter().filter(|part| part.0.is_some()).collect();
        match parts.len() {
            0 => Self(None),
            1 => parts.swap_remove(0),
            _ => Self(Some(Arc::new(Node::Union(parts.into_boxed_slice())))),
        }
    }

    /// The first file that `allowed` refuses. `proved` holds the shared parts that were found good before, and is added to.
    #[must_use]
    pub fn first_refused(&self, allowed: &dyn Fn(FileId) -> bool, proved: &Proved) -> Option<FileId> {
        let mut waiting = vec![self];
        let mut visited = Vec::new();
        let known = proved.0.read().unwrap_or_else(PoisonError::into_inner);
        while let Some(next) = waiting.pop() {
            let Some(node) = &next.0 else { continue };
            match &**node {
                Node::File(file) => {
                    if !allowed(*file) {
                        return Some(*file);
                    }
                }
                Node::Union(parts) => {
                    if !known.contains_key(&Arc::as_ptr(node).addr()) {
                        // What only this value holds will not be met again.
                        if Arc::strong_count(node) > 1 {
                            visited.push(node.clone());
                        }
                        waiting.extend(parts);
                    }
                }
            }
        }
        drop(known);
        if !visited.is_empty() {
            let mut known = proved.0.write().unwrap_or_else(PoisonError::into_inner);
            known.extend(visited.into_iter().map(|node| (Arc::as_ptr(&node).addr(), node)));
        }
        None
    }
}

/// Unions whose files are all allowed to one audience, by address. They are kept, so that no other node can get the address.
#[derive(Default)]
pub struct Proved(RwLock<HashMap<usize, Arc<Node>>>);

/// A value with the files it was made of. Its parts are private, so that one cannot be taken without the other.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    value: T,
    from: Provenance,
}

impl<T> Sourced<T> {
    /// `value`, made of the bytes of `from`.
    #[must_use]
    pub fn new(value: T, from: Provenance) -> Self {
        Self { value, from }
    }

    /// A value that holds nothing of any source: constants of playpress, of the theme, of `book.toml`.
    #[must_use]
    pub fn constant(value: T) -> Self {
        Self { value, from: Provenance::default() }
    }

    /// Several values as one.
    #[must_use]
    pub fn all(parts: Vec<Self>) -> Sourced<Vec<T>> {
        let (values, from): (Vec<T>, Vec<Provenance>) = parts.into_iter().map(Self::into_parts).unzip();
        Sourced { value: values, from: Provenance::union(from) }
    }

    /// The value, to look at; what is made of it must take [`Sourced::from`] along.
    #[must_use]
    pub fn get(&self) -> &T {
        &self.value
    }

    /// Where the value came from.
    #[must_use]
    pub fn from(&self) -> &Provenance {
        &self.from
    }

    /// Another value made of this one.
    #[must_use]
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: make(self.value), from: self.from }
    }

    /// Both parts.
    #[must_use]
    pub fn into_parts(self) -> (T, Provenance) {
        (self.value, self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_holds_each_file_and_shared_parts_are_proved_once() {
        let [a, b] = [0, 1].map(FileId::from_index);
        let shared = Provenance::union([Provenance::file(a), Provenance::file(b)]);
        let page = Provenance::union([Provenance::file(a), shared.clone()]);
        let proved = Proved::default();
        assert_eq!(page.first_refused(&|file| file != b, &proved), Some(b));
        assert_eq!(page.first_refused(&|_| true, &proved), None);
        // The shared part is known now, and the page's own is looked at again.
        assert_eq!(page.first_refused(&|file| file == a, &proved), None);
        assert_eq!(page.first_refused(&|file| file == b, &proved), Some(a));
        assert_eq!(Provenance::default().first_refused(&|_| false, &Proved::default()), None);
    }
}
