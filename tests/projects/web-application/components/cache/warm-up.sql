SELECT id, title FROM article ORDER BY views DESC LIMIT 100;
