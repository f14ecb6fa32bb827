# The widget on the clinic's website; en.ftl says what each is.

widget-ask = Háganos una pregunta
widget-close = Cerrar el chat
widget-title = Chat con { $clinic }
widget-unread = Mensajes nuevos: { $count }
widget-loading = Abriendo el chat
widget-failed = El chat no se puede mostrar aquí. Puede abrirlo aparte o llamarnos: { $phone }. En una emergencia, llame al { $emergency }.
widget-open = Abrir el chat
