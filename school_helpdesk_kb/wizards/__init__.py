from . import helpdesk_article_reply
