"""TF-IDF and logistic regression by scikit-learn on a few texts. `tfidf.py OUT` writes tfidf.json."""

import json
import sys

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

TEXTS = [
    "The cat sat on the mat, and the cat slept.",
    "A dog barks; the dog runs. A big DOG!",
    "Naïve café owners don't serve 2 dogs or 33 cats_and_dogs",
    "Stocks fell as banks raised rates; the banks' rates fell",
    "Rates rise, stocks fall — the market's 10 worst days",
    "Über Straße läuft ein Hund, день за днём кот спит",
    "x y z",
    "the market the market the market is shut",
]
LABELS = [0, 0, 0, 1, 1, 2, 2, 1]
UNSEEN = ["the dog and the cat fell", "markets are shut for 10 days", "ein Hund spielt", "nothing known here?"]
STRENGTHS = [1, 10]

vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
features = vectorizer.fit_transform(TEXTS)
unseen = vectorizer.transform(UNSEEN)
terms = vectorizer.get_feature_names_out()


def row(matrix, i):
    return {terms[j]: float(matrix[i, j]) for j in matrix[i].indices}


out = {
    "sklearn": sklearn.__version__,
    "texts": TEXTS,
    "labels": LABELS,
    "unseen": UNSEEN,
    "rows": [row(features, i) for i in range(len(TEXTS))] + [row(unseen, i) for i in range(len(UNSEEN))],
    "shares": {
        str(c): LogisticRegression(C=c, tol=1e-10, max_iter=10_000).fit(features, LABELS).predict_proba(unseen).tolist() for c in STRENGTHS
    },
}
with open(sys.argv[1], "w") as file:
    json.dump(out, file, ensure_ascii=False)
