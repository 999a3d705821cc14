from batou_ext.nfs import NFS


class Share(NFS):
    pass
