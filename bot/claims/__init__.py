"""Claims that no text to a patient may make, by data/knowledge/claims.yml."""
