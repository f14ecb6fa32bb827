# The widget on the clinic's website; en.ftl says what each is.

widget-ask = Stellen Sie uns eine Frage
widget-close = Chat schließen
widget-title = Chat mit { $clinic }
widget-unread = Neue Nachrichten: { $count }
widget-loading = Der Chat wird geöffnet
widget-failed = Der Chat kann hier nicht gezeigt werden. Sie können ihn für sich öffnen oder uns anrufen: { $phone }. Im Notfall rufen Sie { $emergency } an.
widget-open = Chat öffnen
