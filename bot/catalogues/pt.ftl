# The widget on the clinic's website; en.ftl says what each is.

widget-ask = Faça uma pergunta
widget-close = Fechar o chat
widget-title = Chat com { $clinic }
widget-unread = Novas mensagens: { $count }
widget-loading = Abrindo o chat
widget-failed = Não é possível mostrar o chat aqui. Você pode abri-lo à parte ou ligar para nós: { $phone }. Em uma emergência, ligue para { $emergency }.
widget-open = Abrir o chat
