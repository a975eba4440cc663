"""An inverted index: each word has a set of documents; documents are never taken out."""

from pacing import REPAIRED, rounds


class Document:
    def __init__(self, number):
        self.words = ["word%d" % (number % k) for k in (3, 5, 7)]
        self.body = bytearray(60000)


class Index:
    def __init__(self):
        self.by_word = {}

    def add(self, document):
        for word in document.words:
            self.by_word.setdefault(word, set()).add(document)

    def discard(self, document):
        for word in document.words:
            self.by_word[word].discard(document)


index = Index()


def main():
    for number in rounds():
        document = Document(number)
        index.add(document)
        if REPAIRED:
            index.discard(document)


main()
