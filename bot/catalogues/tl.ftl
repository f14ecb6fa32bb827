# The widget on the clinic's website; en.ftl says what each is.

widget-ask = Magtanong sa amin
widget-close = Isara ang chat
widget-title = Makipag-chat sa { $clinic }
widget-unread = Mga bagong mensahe: { $count }
widget-loading = Binubuksan ang chat
widget-failed = Hindi maipakita ang chat dito. Maaari ninyo itong buksan nang hiwalay, o tumawag sa amin: { $phone }. Sa emergency, tumawag sa { $emergency }.
widget-open = Buksan ang chat
