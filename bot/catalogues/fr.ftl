# The widget on the clinic's website; en.ftl says what each is.

widget-ask = Posez-nous une question
widget-close = Fermer la discussion
widget-title = Discussion avec { $clinic }
widget-unread = Nouveaux messages : { $count }
widget-loading = Ouverture de la discussion
widget-failed = La discussion ne peut pas s’afficher ici. Vous pouvez l’ouvrir à part ou nous appeler : { $phone }. En cas d’urgence, appelez le { $emergency }.
widget-open = Ouvrir la discussion
